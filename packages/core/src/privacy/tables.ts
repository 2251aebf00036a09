/**
 * What each table means to a person, and so to an erasure. A test lists the schema and fails on a table that is not
 * here: whoever adds one decides.
 */
export const tablesOf = {
  /** Rows about a person, which an erasure removes or empties. */
  erased: {
    contact_cache: "deleted by contact and by number",
    history: "deleted by contact; searches for the person by what they say",
    audit: "index, contact id, address and agent dropped; who asked, when and with what outcome stays",
    inbox:
      "waiting events about the contact deleted, with their values; HubSpot's order to erase goes when it was followed",
    work: "marks of the record deleted",
    links: "hashes dropped, state `erased` kept so that the pair is never made again",
    intents: "deleted",
    conflicts: "deleted, the sealed values with them",
    quarantine: "deleted",
    sync_log: "deleted",
    outbox: "deleted by what the job says or answered",
    executions: "ids of the record dropped; that something ran stays",
    flows: "deleted by what the steps found",
    engagement_events: "deleted by contact",
    engagement_scores: "deleted by contact",
  },
  /** What keeps an erased person out: keyed indexes that say nothing to whoever has not the tenant's secret. */
  kept: { suppression: "keyed indexes only" },
  /** Tables without personal data, and why that is so. */
  impersonal: {
    schema: "versions",
    tenants: "the tenant's account",
    secrets: "random bytes",
    work_queues: "fences",
    cursors: "positions in feeds",
    leases: "names of work",
    sync_runs: "counts",
    tokens: "an app's grant, no person's",
    oauth_states: "logins under way, ten minutes long",
    flags: "switches",
    alerts: "codes and counts",
    triggers: "conditions and actions, of nobody in particular",
    schedules: "times",
    mappings: "names of fields",
    rate_budgets: "counts of calls",
    rate_blocks: "counts of calls",
  },
} as const;
