import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Command } from "commander";
import { type Drift, driftOf } from "../app/drift.ts";
import { paths, projectFiles, type WantedApp } from "../app/project.ts";
import { readApp, readWebhooks } from "../app/read-files.ts";
import { wantedSubscriptions } from "../app/subscriptions.ts";
import { exitCodes } from "../base/exit-codes.ts";
import { type Answer, type Host, type Session, withSetUp } from "../base/session.ts";
import { neededScopes } from "../needs/needed-scopes.ts";
import { setUpOf } from "../needs/set-up.ts";

interface Flags {
  readonly dir: string;
  readonly webhookUrl?: string;
}

const webhookFlag = ["--webhook-url <url>", "the public address of the webhook route (default: the set-up's)"] as const;

export function app(program: Command, host: Host): void {
  const group = program
    .command("app")
    .description("HubSpot's developer-project files: scopes and subscriptions as the set-up needs them");
  group
    .command("init")
    .description("write hsproject.json, the app and its webhooks; nothing is overwritten")
    .option("--dir <folder>", "where the developer project is", "hubspot")
    .option("--name <name>", "what the app is called (default: the folder's name)")
    .option(...webhookFlag)
    .action(
      withSetUp(host, async (session, { name, ...flags }: Flags & { readonly name?: string }): Promise<Answer> => {
        const folder = resolve(session.io.cwd, flags.dir);
        const there = Object.values(paths).filter((path) => existsSync(join(folder, path)));
        if (there.length > 0) {
          const message = `${there.join(", ")} is there already: \`hubspoke app diff\` says what differs`;
          throw new HubspokeError("INPUT_INVALID", message, { details: { files: there } });
        }
        const wanted = wantedApp(session, flags, name ?? basename(resolve(session.io.cwd)));
        const files = projectFiles(wanted);
        for (const [path, content] of Object.entries(files)) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), `${JSON.stringify(content, null, 2)}\n`);
        }
        const written = Object.keys(files).map((path) => join(flags.dir, path));
        const notes = notesOn(session, wanted);
        const text = [...written, ...notes, "", `Next: cd ${flags.dir} && hs project upload.`];
        return { json: { files: written, scopes: wanted.scopes, notes }, text: `${text.join("\n")}\n` };
      }),
    );
  group
    .command("diff")
    .description("what differs between the files and what the set-up needs; exit code 1 when something does")
    .option("--dir <folder>", "where the developer project is", "hubspot")
    .option(...webhookFlag)
    .action(
      withSetUp(host, async (session, flags: Flags): Promise<Answer> => {
        const wanted = wantedApp(session, flags, "");
        const drift = driftOf(wanted, filesIn(resolve(session.io.cwd, flags.dir)));
        const notes = notesOn(session, wanted);
        const lines = [...drift.flatMap(linesOf), ...notes];
        const text = `${[...lines, ...(drift.length === 0 ? ["The app is as the set-up needs it."] : [])].join("\n")}\n`;
        return { json: { ok: drift.length === 0, drift, notes }, text, code: drift.length === 0 ? 0 : exitCodes.found };
      }),
    );
}

function wantedApp(session: Session, { webhookUrl }: Flags, name: string): WantedApp {
  const setUp = setUpOf(session);
  const { oauth, webhookUrl: declared } = setUp.declared;
  const { scopes } = neededScopes(setUp);
  return {
    name,
    auth: oauth === null ? "static" : "oauth",
    scopes: oauth === null ? scopes : [...new Set([...scopes, "oauth"])].sort(),
    optionalScopes: oauth?.optionalScopes ?? [],
    redirectUrls: oauth === null ? [] : [oauth.redirectUri],
    webhookUrl: webhookUrl ?? declared ?? session.io.env.HUBSPOT_WEBHOOK_URL ?? null,
    subscriptions: wantedSubscriptions(setUp, session.app?.properties),
  };
}

/** What the files cannot say: where the set-up itself is incomplete. */
function notesOn(session: Session, { scopes, webhookUrl, subscriptions }: WantedApp): readonly string[] {
  const setUp = setUpOf(session);
  const { oauth, handles } = setUp.declared;
  const unasked = oauth === null ? [] : scopes.filter((scope) => !oauth.scopes.includes(scope));
  const { unknown } = neededScopes(setUp);
  const blind = handles.filter(
    (type) =>
      type.endsWith(".propertyChange") && !subscriptions.legacyCrmObjects.some((one) => one.subscriptionType === type),
  );
  return [
    ...(unasked.length === 0 ? [] : [`note: oauthApp({ scopes }) does not ask for ${unasked.join(" ")}`]),
    ...unknown.map(({ method, template }) => `note: the scope of ${method} ${template} is not known; add it by hand`),
    ...handles
      .filter((type) => type === "*" || type.startsWith("object."))
      .map((type) => `note: a handler of ${type} names no object; its subscriptions are those of syncs and of others`),
    ...blind.map((type) => `note: a handler of ${type} is told of no property; name some in \`app.properties\``),
    ...[...new Set(subscriptions.crmObjects.flatMap(({ objectType }) => objectType ?? []))].map(
      (object) =>
        `note: that HubSpot takes objectType "${object}" here is not verified; where it does not, remove it: the sync polls`,
    ),
    ...(webhookUrl === null ? ["note: no webhook address is known, so no subscriptions: --webhook-url"] : []),
  ];
}

function filesIn(folder: string): Parameters<typeof driftOf>[1] {
  const read = (path: string): string => readFileSync(join(folder, path), "utf8");
  if (!existsSync(join(folder, paths.app))) {
    throw new HubspokeError("INPUT_INVALID", `there is no ${paths.app} in the folder: \`hubspoke app init\` writes it`);
  }
  return {
    app: readApp(read(paths.app)),
    webhooks: existsSync(join(folder, paths.webhooks)) ? readWebhooks(read(paths.webhooks)) : null,
  };
}

function linesOf({ file, what, missing, surplus }: Drift): readonly string[] {
  return [...missing.map((one) => `+ ${what} ${one}  ${file}`), ...surplus.map((one) => `- ${what} ${one}  ${file}`)];
}
