-- The product's own tables. Tokens, jobs and everything else of HubSpot's are Hubspoke's, which makes its tables itself.

-- One row per user and workspace: the webhook its calls come in by, and its settings.
CREATE TABLE IF NOT EXISTS accounts (
  tenant TEXT PRIMARY KEY,
  webhook_id TEXT NOT NULL UNIQUE,
  webhook_secret BLOB NOT NULL, -- sealed
  upload_recordings INTEGER NOT NULL DEFAULT 0,
  when_disconnected TEXT NOT NULL DEFAULT 'wait' CHECK (when_disconnected IN ('wait', 'skip')),
  created_at INTEGER NOT NULL
);

-- The number of each call, so that the sync log can show it. Summaries and links are in the sealed job alone.
CREATE TABLE IF NOT EXISTS calls (
  tenant TEXT NOT NULL,
  call_id TEXT NOT NULL,
  phone BLOB NOT NULL, -- sealed
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, call_id)
);
CREATE INDEX IF NOT EXISTS calls_by_age ON calls (created_at);

-- A stand-in for the product's own login.
CREATE TABLE IF NOT EXISTS sessions (
  token_hash TEXT PRIMARY KEY,
  workspace TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS sessions_by_age ON sessions (created_at);
