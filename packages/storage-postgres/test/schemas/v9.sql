create table hubspoke_alerts (
  tenant text collate "C" not null,
  key text collate "C" not null,
  name text collate "C" not null,
  severity text collate "C" not null,
  message text collate "C" not null,
  details text collate "C" not null,
  at bigint not null,
  seen_at bigint not null,
  cleared_at bigint,
  constraint hubspoke_alerts_pkey PRIMARY KEY (tenant, key)
);
CREATE INDEX hubspoke_alerts_open ON hubspoke_alerts USING btree (tenant, at) WHERE (cleared_at IS NULL);
CREATE INDEX hubspoke_alerts_seen ON hubspoke_alerts USING btree (seen_at);

create table hubspoke_audit (
  id text collate "C" not null,
  tenant text collate "C" not null,
  at bigint not null,
  actor_id text collate "C" not null,
  actor_role text collate "C" not null,
  action text collate "C" not null,
  purpose text collate "C",
  subject_index text collate "C",
  contact_id text collate "C",
  outcome text collate "C" not null,
  error_code text collate "C",
  request_id text collate "C",
  sealed bytea,
  constraint hubspoke_audit_by_time_pkey PRIMARY KEY (tenant, at, id)
);
CREATE INDEX hubspoke_audit_actor ON hubspoke_audit USING btree (tenant, actor_id, at);
CREATE INDEX hubspoke_audit_contact ON hubspoke_audit USING btree (tenant, contact_id, at) WHERE (contact_id IS NOT NULL);
CREATE INDEX hubspoke_audit_subject ON hubspoke_audit USING btree (tenant, subject_index, at) WHERE (subject_index IS NOT NULL);

create table hubspoke_conflicts (
  id text collate "C" not null,
  tenant text collate "C" not null,
  sync text collate "C" not null,
  portal_id text collate "C" not null,
  local_id text collate "C" not null,
  hubspot_id text collate "C" not null,
  field text collate "C" not null,
  rule text collate "C" not null,
  winner text collate "C" not null,
  local_at text collate "C",
  remote_at text collate "C",
  local_source text collate "C" not null,
  remote_source text collate "C" not null,
  sealed bytea,
  status text collate "C" not null,
  at bigint not null,
  constraint hubspoke_conflicts_pkey PRIMARY KEY (tenant, id)
);
CREATE INDEX hubspoke_conflicts_hubspot ON hubspoke_conflicts USING btree (tenant, sync, hubspot_id);
CREATE INDEX hubspoke_conflicts_record ON hubspoke_conflicts USING btree (tenant, sync, local_id);
CREATE INDEX hubspoke_conflicts_status ON hubspoke_conflicts USING btree (tenant, status, at, id);
CREATE INDEX hubspoke_conflicts_time ON hubspoke_conflicts USING btree (tenant, at, id);

create table hubspoke_contact_cache (
  tenant text collate "C" not null,
  portal_id text collate "C" not null,
  id text collate "C" not null,
  index text collate "C" not null,
  contact_id text collate "C",
  sealed bytea,
  key_id text collate "C",
  fetched_at bigint not null,
  fresh_until bigint not null,
  expires_at bigint not null,
  active_until bigint not null,
  settles_at bigint not null,
  constraint hubspoke_contact_cache_pkey PRIMARY KEY (tenant, index, portal_id)
);
CREATE INDEX hubspoke_contact_cache_active ON hubspoke_contact_cache USING btree (tenant, portal_id, active_until) WHERE (active_until > 0);
CREATE INDEX hubspoke_contact_cache_contact ON hubspoke_contact_cache USING btree (tenant, portal_id, contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX hubspoke_contact_cache_expiry ON hubspoke_contact_cache USING btree (tenant, expires_at);
CREATE INDEX hubspoke_contact_cache_key ON hubspoke_contact_cache USING btree (tenant, key_id) WHERE (key_id IS NOT NULL);

create table hubspoke_cursors (
  tenant text collate "C" not null,
  portal_id text collate "C" not null,
  name text collate "C" not null,
  value text collate "C",
  version bigint not null,
  updated_at bigint not null,
  constraint hubspoke_cursors_pkey PRIMARY KEY (tenant, name, portal_id)
);

create table hubspoke_engagement_events (
  id text collate "C" not null,
  tenant text collate "C" not null,
  portal_id text collate "C" not null,
  contact_id text collate "C" not null,
  type text collate "C" not null,
  event_id text collate "C" not null,
  at bigint not null,
  constraint hubspoke_engagement_events_pkey PRIMARY KEY (tenant, event_id, type)
);
CREATE INDEX hubspoke_engagement_events_contact ON hubspoke_engagement_events USING btree (tenant, portal_id, contact_id, at, id);
CREATE INDEX hubspoke_engagement_events_time ON hubspoke_engagement_events USING btree (tenant, at);

create table hubspoke_engagement_scores (
  tenant text collate "C" not null,
  portal_id text collate "C" not null,
  contact_id text collate "C" not null,
  score text collate "C" not null,
  counts text collate "C" not null,
  pushed_score text collate "C",
  updated_at bigint not null,
  version bigint not null,
  unpushed bigint not null,
  scored bigint not null,
  constraint hubspoke_engagement_scores_pkey PRIMARY KEY (tenant, portal_id, contact_id)
);
CREATE INDEX hubspoke_engagement_scores_scored ON hubspoke_engagement_scores USING btree (tenant, updated_at, contact_id) WHERE (scored = 1);
CREATE INDEX hubspoke_engagement_scores_unpushed ON hubspoke_engagement_scores USING btree (tenant, updated_at, contact_id) WHERE (unpushed = 1);

create table hubspoke_executions (
  id text collate "C" not null,
  tenant text collate "C" not null,
  portal_id text collate "C",
  trigger_id text collate "C" not null,
  event_type text collate "C" not null,
  event_id text collate "C" not null,
  contact_id text collate "C",
  local_id text collate "C",
  status text collate "C" not null,
  error_code text collate "C",
  actions_done bigint not null,
  at bigint not null,
  constraint hubspoke_executions_pkey PRIMARY KEY (tenant, trigger_id, event_id),
  constraint hubspoke_executions_tenant_id_key UNIQUE (tenant, id)
);
CREATE INDEX hubspoke_executions_contact ON hubspoke_executions USING btree (tenant, contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX hubspoke_executions_time ON hubspoke_executions USING btree (tenant, at, id);
CREATE INDEX hubspoke_executions_trigger ON hubspoke_executions USING btree (tenant, trigger_id, at, id);

create table hubspoke_flags (
  tenant text collate "C" not null,
  flag text collate "C" not null,
  enabled text collate "C" not null,
  roles text collate "C" not null,
  percentage bigint not null,
  updated_at bigint not null,
  constraint hubspoke_flags_pkey PRIMARY KEY (tenant, flag)
);

create table hubspoke_flows (
  tenant text collate "C" not null,
  flow text collate "C" not null,
  key text collate "C" not null,
  id text collate "C" not null,
  step bigint not null,
  state text collate "C" not null,
  sealed bytea,
  key_id text collate "C",
  error_code text collate "C",
  version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  constraint hubspoke_flows_pkey PRIMARY KEY (tenant, flow, key),
  constraint hubspoke_flows_tenant_id_key UNIQUE (tenant, id)
);
CREATE INDEX hubspoke_flows_key ON hubspoke_flows USING btree (key_id) WHERE (key_id IS NOT NULL);
CREATE INDEX hubspoke_flows_state ON hubspoke_flows USING btree (tenant, state, updated_at, id);
CREATE INDEX hubspoke_flows_time ON hubspoke_flows USING btree (tenant, updated_at, id);

create table hubspoke_history (
  id text collate "C" not null,
  tenant text collate "C" not null,
  actor_id text collate "C" not null,
  kind text collate "C" not null,
  subject text collate "C" not null,
  contact_id text collate "C",
  sealed bytea not null,
  key_id text collate "C" not null,
  at bigint not null,
  constraint hubspoke_history_pkey PRIMARY KEY (tenant, actor_id, kind, subject),
  constraint hubspoke_history_tenant_id_key UNIQUE (tenant, id)
);
CREATE INDEX hubspoke_history_contact ON hubspoke_history USING btree (tenant, contact_id) WHERE (contact_id IS NOT NULL);
CREATE INDEX hubspoke_history_newest ON hubspoke_history USING btree (tenant, actor_id, kind, at, id);
CREATE INDEX hubspoke_history_time ON hubspoke_history USING btree (tenant, at);

create table hubspoke_inbox (
  id text collate "C" not null,
  dedupe_key text collate "C" not null,
  portal_id text collate "C" not null,
  subscription_type text collate "C" not null,
  object_type text collate "C",
  object_id text collate "C",
  property_name text collate "C",
  occurred_at bigint not null,
  received_at bigint not null,
  attempt bigint not null,
  change_source text collate "C",
  source_id text collate "C",
  related_ids text collate "C" not null,
  sealed bytea,
  due_at bigint,
  lease text collate "C",
  tries bigint not null,
  error_code text collate "C",
  keep_until bigint,
  constraint hubspoke_inbox_pkey PRIMARY KEY (id),
  constraint hubspoke_inbox_portal_id_dedupe_key_key UNIQUE (portal_id, dedupe_key)
);
CREATE INDEX hubspoke_inbox_due ON hubspoke_inbox USING btree (due_at, received_at) WHERE (due_at IS NOT NULL);
CREATE INDEX hubspoke_inbox_expiry ON hubspoke_inbox USING btree (keep_until) WHERE (keep_until IS NOT NULL);
CREATE INDEX hubspoke_inbox_object ON hubspoke_inbox USING btree (portal_id, object_id) WHERE (due_at IS NOT NULL);

create table hubspoke_intents (
  id text collate "C" not null,
  tenant text collate "C" not null,
  sync text collate "C" not null,
  portal_id text collate "C" not null,
  direction text collate "C" not null,
  kind text collate "C" not null,
  local_id text collate "C",
  hubspot_id text collate "C",
  fields text collate "C" not null,
  create_key text collate "C",
  read_at bigint not null,
  attempt bigint not null,
  state text collate "C" not null,
  created_at bigint not null,
  fence bigint not null,
  constraint hubspoke_intents_pkey PRIMARY KEY (tenant, id),
  constraint hubspoke_intents_tenant_sync_hubspot_id_key UNIQUE (tenant, sync, hubspot_id),
  constraint hubspoke_intents_tenant_sync_local_id_key UNIQUE (tenant, sync, local_id)
);
CREATE INDEX hubspoke_intents_age ON hubspoke_intents USING btree (tenant, sync, created_at, id);

create table hubspoke_leases (
  name text collate "C" not null,
  holder text collate "C" not null,
  fence bigint not null,
  until bigint not null,
  constraint hubspoke_leases_pkey PRIMARY KEY (name)
);

create table hubspoke_links (
  tenant text collate "C" not null,
  sync text collate "C" not null,
  portal_id text collate "C" not null,
  local_id text collate "C" not null,
  hubspot_id text collate "C" not null,
  state text collate "C" not null,
  base text collate "C" not null,
  remote_seen_at bigint not null,
  local_seen_at bigint not null,
  updated_at bigint not null,
  version bigint not null,
  constraint hubspoke_links_pkey PRIMARY KEY (tenant, sync, local_id),
  constraint hubspoke_links_tenant_sync_hubspot_id_key UNIQUE (tenant, sync, hubspot_id)
);

create table hubspoke_mappings (
  tenant text collate "C" not null,
  sync text collate "C" not null,
  fields text collate "C" not null,
  revision bigint not null,
  constraint hubspoke_mappings_pkey PRIMARY KEY (tenant, sync)
);

create table hubspoke_oauth_states (
  state_hash text collate "C" not null,
  tenant text collate "C" not null,
  session_hash text collate "C" not null,
  id text collate "C" not null,
  sealed bytea not null,
  expires_at bigint not null,
  constraint hubspoke_oauth_states_pkey PRIMARY KEY (state_hash)
);
CREATE INDEX hubspoke_oauth_states_expiry ON hubspoke_oauth_states USING btree (expires_at);
CREATE INDEX hubspoke_oauth_states_tenant ON hubspoke_oauth_states USING btree (tenant);

create table hubspoke_outbox (
  id text collate "C" not null,
  tenant text collate "C" not null,
  kind text collate "C" not null,
  idempotency_key text collate "C" not null,
  order_key text collate "C",
  sealed bytea,
  key_id text collate "C",
  created_at bigint not null,
  available_at bigint not null,
  seq bigint not null,
  state text collate "C" not null,
  due_at bigint,
  lease text collate "C",
  tries bigint not null,
  error_code text collate "C",
  result text collate "C",
  at bigint not null,
  failed_at bigint,
  keep_until bigint,
  constraint hubspoke_outbox_pkey PRIMARY KEY (tenant, kind, idempotency_key),
  constraint hubspoke_outbox_tenant_id_key UNIQUE (tenant, id)
);
CREATE INDEX hubspoke_outbox_due ON hubspoke_outbox USING btree (due_at, created_at, seq) WHERE (due_at IS NOT NULL);
CREATE INDEX hubspoke_outbox_expiry ON hubspoke_outbox USING btree (keep_until) WHERE (keep_until IS NOT NULL);
CREATE INDEX hubspoke_outbox_failed ON hubspoke_outbox USING btree (failed_at) WHERE (failed_at IS NOT NULL);
CREATE INDEX hubspoke_outbox_key ON hubspoke_outbox USING btree (key_id) WHERE (key_id IS NOT NULL);
CREATE INDEX hubspoke_outbox_order ON hubspoke_outbox USING btree (tenant, order_key, seq, id) WHERE ((due_at IS NOT NULL) AND (order_key IS NOT NULL));
CREATE INDEX hubspoke_outbox_state ON hubspoke_outbox USING btree (tenant, state, created_at, id);
CREATE INDEX hubspoke_outbox_time ON hubspoke_outbox USING btree (tenant, created_at, id);

create table hubspoke_quarantine (
  tenant text collate "C" not null,
  sync text collate "C" not null,
  portal_id text collate "C" not null,
  side text collate "C" not null,
  key text collate "C" not null,
  reason text collate "C" not null,
  fields text collate "C" not null,
  tries bigint not null,
  first_at bigint not null,
  last_at bigint not null,
  constraint hubspoke_quarantine_pkey PRIMARY KEY (tenant, sync, side, key)
);

create table hubspoke_rate_blocks (
  budget text collate "C" not null,
  block text collate "C" not null,
  slots bigint not null,
  want bigint not null,
  expires_at bigint not null,
  constraint hubspoke_rate_blocks_pkey PRIMARY KEY (budget, block)
);

create table hubspoke_rate_budgets (
  budget text collate "C" not null,
  takes bigint not null,
  call_limit bigint,
  daily_limit bigint,
  daily_remaining bigint,
  learned_at bigint not null,
  constraint hubspoke_rate_budgets_pkey PRIMARY KEY (budget)
);

create table hubspoke_schedules (
  tenant text collate "C" not null,
  name text collate "C" not null,
  every text collate "C" not null,
  time_zone text collate "C" not null,
  at text collate "C" not null,
  day bigint not null,
  next_at bigint not null,
  enabled text collate "C" not null,
  last_run_at bigint,
  last_outcome text collate "C",
  due_at bigint,
  lease text collate "C",
  constraint hubspoke_schedules_pkey PRIMARY KEY (tenant, name)
);
CREATE INDEX hubspoke_schedules_due ON hubspoke_schedules USING btree (name, due_at) WHERE (due_at IS NOT NULL);

create table hubspoke_schema (
  version bigint not null,
  name text collate "C" not null,
  constraint hubspoke_schema_pkey PRIMARY KEY (version)
);

create table hubspoke_secrets (
  tenant text collate "C" not null,
  name text collate "C" not null,
  id text collate "C" not null,
  sealed bytea not null,
  key_id text collate "C" not null,
  constraint hubspoke_secrets_pkey PRIMARY KEY (tenant, name)
);
CREATE INDEX hubspoke_secrets_key ON hubspoke_secrets USING btree (key_id, tenant);

create table hubspoke_suppression (
  tenant text collate "C" not null,
  index text collate "C" not null,
  kind text collate "C" not null,
  at bigint not null,
  constraint hubspoke_suppression_pkey PRIMARY KEY (tenant, index)
);

create table hubspoke_sync_log (
  id text collate "C" not null,
  tenant text collate "C" not null,
  sync text collate "C" not null,
  at bigint not null,
  status text collate "C" not null,
  action text collate "C" not null,
  local_id text collate "C",
  hubspot_id text collate "C",
  fields text collate "C" not null,
  error_code text collate "C",
  constraint hubspoke_sync_log_pkey PRIMARY KEY (tenant, id)
);
CREATE INDEX hubspoke_sync_log_hubspot ON hubspoke_sync_log USING btree (tenant, sync, hubspot_id) WHERE (hubspot_id IS NOT NULL);
CREATE INDEX hubspoke_sync_log_record ON hubspoke_sync_log USING btree (tenant, local_id, at, id) WHERE (local_id IS NOT NULL);
CREATE INDEX hubspoke_sync_log_sync ON hubspoke_sync_log USING btree (tenant, sync, at, id);
CREATE INDEX hubspoke_sync_log_time ON hubspoke_sync_log USING btree (tenant, at, id);

create table hubspoke_sync_runs (
  id text collate "C" not null,
  tenant text collate "C" not null,
  sync text collate "C" not null,
  portal_id text collate "C" not null,
  kind text collate "C" not null,
  state text collate "C" not null,
  started_at bigint not null,
  updated_at bigint not null,
  finished_at bigint,
  checkpoint text collate "C" not null,
  counts text collate "C" not null,
  error_code text collate "C",
  version bigint not null,
  constraint hubspoke_sync_runs_pkey PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX hubspoke_sync_runs_running ON hubspoke_sync_runs USING btree (tenant, sync, kind) WHERE (state = 'running'::text);
CREATE INDEX hubspoke_sync_runs_sync ON hubspoke_sync_runs USING btree (tenant, sync, started_at, id);
CREATE INDEX hubspoke_sync_runs_time ON hubspoke_sync_runs USING btree (tenant, started_at, id);

create table hubspoke_tenants (
  tenant text collate "C" not null,
  portal_id text collate "C" not null,
  pinned_at bigint not null,
  status text collate "C" not null,
  constraint hubspoke_tenants_pkey PRIMARY KEY (tenant)
);
CREATE INDEX hubspoke_tenants_portal ON hubspoke_tenants USING btree (portal_id);

create table hubspoke_tokens (
  tenant text collate "C" not null,
  portal_id text collate "C" not null,
  id text collate "C" not null,
  sealed bytea,
  key_id text collate "C",
  expires_at bigint not null,
  scopes text collate "C" not null,
  status text collate "C" not null,
  version bigint not null,
  updated_at bigint not null,
  constraint hubspoke_tokens_pkey PRIMARY KEY (tenant)
);
CREATE INDEX hubspoke_tokens_key ON hubspoke_tokens USING btree (key_id, tenant) WHERE (key_id IS NOT NULL);

create table hubspoke_triggers (
  id text collate "C" not null,
  tenant text collate "C" not null,
  name text collate "C" not null,
  description text collate "C",
  enabled text collate "C" not null,
  event_type text collate "C" not null,
  conditions text collate "C" not null,
  actions text collate "C" not null,
  created_at bigint not null,
  updated_at bigint not null,
  version bigint not null,
  constraint hubspoke_triggers_pkey PRIMARY KEY (tenant, id)
);

create table hubspoke_work (
  tenant text collate "C" not null,
  portal_id text collate "C" not null,
  queue text collate "C" not null,
  side text collate "C" not null,
  key text collate "C" not null,
  priority bigint not null,
  available_at bigint not null,
  seq bigint not null,
  fence bigint not null,
  tries bigint not null,
  first_marked_at bigint not null,
  leased bigint not null,
  due_at bigint not null,
  error_code text collate "C",
  constraint hubspoke_work_pkey PRIMARY KEY (tenant, queue, side, key)
);
CREATE INDEX hubspoke_work_due ON hubspoke_work USING btree (tenant, queue, priority, due_at) WHERE (tries >= 0);

create table hubspoke_work_queues (
  tenant text collate "C" not null,
  queue text collate "C" not null,
  fence bigint not null,
  claimed_at bigint not null,
  constraint hubspoke_work_queues_pkey PRIMARY KEY (tenant, queue)
);
