import type { Effect } from "./should-retry.ts";

/** What tells whether a request that makes something has made it, by the path it went to. The first row that fits counts. */
const madeBy: readonly (readonly [RegExp, string])[] = [
  [/\/merge$/, "read both records: once merged, both ids give the same one"],
  [
    /^\/crm\/(v3\/)?objects\b/,
    "look the record up by a unique property, or search for what was sent (the search index lags behind), before creating it again",
  ],
  [/^\/crm\/(v3\/)?properties\/.*\/groups/, "list the property groups before creating it again"],
  [/^\/crm\/(v3\/)?properties\b/, "read the property by its name before creating it again"],
  [/^\/crm\/(v4\/)?associations\/.*\/labels/, "list the labels of the pair before creating it again"],
  [/^\/crm-object-schemas\b/, "list the schemas before creating it again"],
  [/^\/crm\/(v3\/)?lists\b/, "look the list up by its name before creating it again"],
  [/^\/crm\/(v3\/)?pipelines\b/, "list the pipelines and their stages before creating it again"],
  [/^\/crm\/(v3\/)?imports\b/, "look for the import among the latest imports before starting it again"],
  [/^\/crm\/(v3\/)?exports\b/, "start the export again: a second one changes nothing"],
  [/^\/files\b/, "look for the file in its folder before uploading it again"],
  [/^\/(app-)?webhooks\b/, "list the subscriptions before subscribing again"],
  [/^\/webhooks-journal\b/, "list the journal's subscriptions before subscribing again"],
  [/^\/automation\/(v4\/)?actions\b/, "list the app's actions before creating it again"],
];

/** One sentence for a person: how to find out what became of a write that nobody answered. Pure. */
export function whatToCheck(template: string, effect: Effect): string {
  if (effect === "archive") return "read it before archiving it again";
  if (effect !== "create") return "read the record before writing it again";
  const made = madeBy.find(([path]) => path.test(template));
  return made?.[1] ?? "find out whether it took effect before sending it again";
}
