/** The fixed words of HubSpot's paths. A word that is not here may be somebody's name. */
const words: ReadonlySet<string> = new Set(
  `
  access-token-info access-tokens account-info actions activity add add-and-remove add-from all api-usage
  app-webhooks appinstalls archive associate associations async attendance audit audit-logs automation batch
  between breakdown calculated-properties callbacks calling calls cancel cards-dev carts channel-connection
  commerce_payments communications companies complete configurations contact contacts contracts create crm
  crm-object-schemas custom-object-types custom-properties daily deal-splits deals default definitions delete
  detail details discounts download earliest emails enablement enrollments errors event-definitions
  event-occurrences event-templates event-types events export exports extensions external-install
  feedback_submissions fees files filters folders forms from functions gdpr-delete get goal_targets groups
  high-usage-report identifiers idmapping import-from-url imports inbound-call integrators introspect invoices
  join-order journal journal-local labels latest leads limits line_items lists login marketing
  marketing-events meetings memberships merge migrate move move-list name next notes oauth object-library
  object-type-id objects offset orders owners participations partner_clients partner_services pipelines
  portals postal_mail private-apps products projects properties property property-validations purge quotes
  read ready recording recordings records refresh-tokens remove rename render requires-object restore
  revisions revoke rule-type sample-response schedule-conversion schemas search security send sequences
  settings signed-url size-and-edits-history snapshots splits stages status subscription subscriptions tasks
  taxes tickets timeline to token tokens transcripts types update update-list-filters update-list-name upsert
  usage users videoconferencing views webhooks webhooks-journal workflows
`
    .trim()
    .split(/\s+/),
);

/** `{name}`, `v3`, `2026-09`, `0-1`, `2-345`, `p62515_trunk`, and nothing. */
const shape = /^(\{[a-zA-Z]+\}|v\d|\d{4}-\d{2}(-beta)?|0-\d{1,3}|2-\d+|p\d+_[a-z0-9_]+|)$/;

/**
 * A path as errors, spans and logs may show it: everything that is not a fixed word of the API, a version or an
 * object type becomes `{id}`, because a path someone wrote out may hold ids, e-mail addresses or names.
 */
export function routeLabel(path: string): string {
  return path
    .split("/")
    .map((segment) => (words.has(segment) || shape.test(segment) ? segment : "{id}"))
    .join("/");
}
