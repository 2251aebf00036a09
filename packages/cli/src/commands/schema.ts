import type { AppliedSchema, SchemaAction, SchemaConflict, SchemaHandle, SchemaPlan } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Command } from "commander";
import { exitCodes } from "../base/exit-codes.ts";
import { type Answer, type Host, type Session, withSession } from "../base/session.ts";

interface PlanFlags {
  readonly check?: boolean;
  readonly prune?: boolean;
}

interface ApplyFlags {
  readonly prune?: boolean;
  readonly yes?: boolean;
}

const prune = "archive properties of declared groups that nobody declared";

export function schema(program: Command, host: Host): void {
  const group = program
    .command("schema")
    .description(
      "the account's properties, groups, custom objects and labels, as `schema` of the set-up declares them",
    );
  group
    .command("plan")
    .description("what `apply` would do: + made, ~ changed, - archived, ! in the way; nothing is written")
    .option("--check", "exit code 1 when the account is not as declared")
    .option("--prune", prune)
    .action(
      withSession(host, async (session, { check = false, prune = false }: PlanFlags): Promise<Answer> => {
        const plan = await declared(session).plan(session.tenant, { prune });
        const code = check && !plan.inSync ? exitCodes.found : exitCodes.ok;
        return { json: plan, text: planText(plan), code };
      }),
    );
  group
    .command("apply")
    .description("make the account as declared; exit code 1 when a step failed or something is in the way")
    .option("--prune", prune)
    .option("--yes", "archive without asking: needed where --prune finds something")
    .action(
      withSession(host, async (session, { prune = false, yes = false }: ApplyFlags): Promise<Answer> => {
        const handle = declared(session);
        if (prune && !yes) await refuseToArchive(handle, session.tenant);
        const result = await handle.apply(session.tenant, { prune });
        return { json: result, text: appliedText(result), code: result.ok ? exitCodes.ok : exitCodes.found };
      }),
    );
}

function declared({ hubspoke, schema: declaration }: Session): SchemaHandle {
  if (declaration !== undefined) return hubspoke.schema(declaration);
  throw new HubspokeError(
    "CONFIG_INVALID",
    "the set-up declares no schema: export defineConfig({ hubspoke, schema: { objects: { … } } }) from hubspoke.config.ts",
  );
}

async function refuseToArchive(handle: SchemaHandle, tenant: string): Promise<void> {
  const { actions } = await handle.plan(tenant, { prune: true });
  const doomed = actions.filter((action) => action.do === "archive-property");
  if (doomed.length === 0) return;
  const names = doomed.map(({ object, name }) => `${object}.${name}`);
  throw new HubspokeError(
    "INPUT_INVALID",
    `this would archive ${names.join(", ")} and hide the values they hold; nothing was done, add --yes if that is meant`,
    { details: { properties: names } },
  );
}

function planText({ inSync, actions, conflicts, undeclared }: SchemaPlan): string {
  const archived = new Set(actions.map((action) => (action.do === "archive-property" ? keyOf(action) : "")));
  const alone = undeclared.filter((one) => !archived.has(keyOf(one)));
  return [
    ...actions.map(lineOf),
    ...conflicts.map(conflictLine),
    ...(alone.length === 0 ? [] : [`not declared, left alone: ${alone.map(keyOf).join(", ")}`]),
    ...(inSync ? ["The account is as declared."] : []),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function appliedText({ ok, applied, conflicts }: AppliedSchema): string {
  const outcomes = { done: "", existing: "  (was there already)", failed: "  FAILED" } as const;
  return [
    ...applied.map(
      ({ action, outcome, code }) => `${lineOf(action)}${outcomes[outcome]}${code === undefined ? "" : `: ${code}`}`,
    ),
    ...conflicts.map(conflictLine),
    ok ? "The account is as declared." : "The account is not as declared.",
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function keyOf({ object, name }: { readonly object: string; readonly name: string }): string {
  return `${object}.${name}`;
}

/** `+ contacts.own_score  number`: names of definitions, never a record's value. */
function lineOf(action: SchemaAction): string {
  switch (action.do) {
    case "create-group":
      return `+ group ${action.object}.${action.group.name}`;
    case "rename-group":
      return `~ group ${action.object}.${action.group.name}  label`;
    case "create-object":
      return `+ object ${action.object}  ${action.properties.map(({ name }) => name).join(", ")}`;
    case "update-object":
      return `~ object ${action.object}  ${Object.keys(action.changes).join(", ")}`;
    case "associate-object":
      return `+ association ${action.object} to ${action.to}`;
    case "create-property":
      return `+ property ${action.object}.${action.property.name}  ${action.property.type}`;
    case "update-property":
      return `~ property ${keyOf(action)}  ${Object.keys(action.changes).join(", ")}`;
    case "create-label":
      return `+ label ${action.label.from} to ${action.label.to}  ${action.label.label}`;
    case "archive-property":
      return `- property ${keyOf(action)}`;
  }
}

function conflictLine({ object, property, what, declared: wanted, actual }: SchemaConflict): string {
  return `! property ${object}.${property}  ${what} is ${actual}, declared ${wanted}: HubSpot does not change it`;
}
