import { parsePhone } from "@hubspoke/core/phone";
import type { PassResult, SyncProgress } from "@hubspoke/core/sync";
import * as child from "./child.ts";
import { compare } from "./compare.ts";
import type { SimulatedContact, SimulatedHubSpot } from "./hubspot.ts";
import type { ShownMessage } from "./messages.ts";
import { type Product, type Setup, tenant } from "./product.ts";
import type { startServer } from "./server.ts";
import { bar, bold, dim, green, heading, line, number, red, seconds, table } from "./terminal.ts";

export interface Stage {
  readonly setup: Setup;
  readonly product: Product;
  readonly hubspot: SimulatedHubSpot;
  readonly server: Awaited<ReturnType<typeof startServer>>;
  readonly contacts: number;
  readonly customers: { readonly known: number; readonly unknown: number };
}

const ctx = { tenant, actor: { id: "demo", role: "admin" } };

/** Checks the connection and provisions the one property that is ours. */
export async function connect({ product: { hubspoke } }: Stage): Promise<void> {
  heading(2, "Connect");
  const { checks, ok } = await hubspoke.verify(tenant);
  for (const check of checks)
    line(`${check.ok ? green("✓") : red("✗")} ${check.name.padEnd(8)} ${check.ok ? check.detail : check.message}`);
  if (!ok) throw new Error("the connection does not verify");
  await hubspoke.client({ tenant }).request("POST /crm/properties/{version}/contacts", {
    body: { name: "customer_plan", label: "Plan", type: "string", fieldType: "text", groupName: "contactinformation" },
  });
  line(`${green("✓")} property customer_plan`);
}

/** Backfills in a worker process, kills it half-way, and lets the next one go on. */
export async function backfillThroughAKill({ setup, contacts, hubspot }: Stage): Promise<void> {
  heading(3, "Backfill, and a worker that dies half-way");
  const started = performance.now();
  let killed = false;
  let shown = bar("backfill");
  const watch = (progress: SyncProgress): "go on" | "kill" => {
    shown.update(progress.done, progress.total ?? progress.done, describe(progress));
    const kill = !killed && progress.phase === "remote" && progress.done > contacts * 0.4;
    killed ||= kill;
    return kill ? "kill" : "go on";
  };
  const first = await child.backfill(setup, contacts, watch);
  if (first === null) {
    shown.end(`${red("killed")} (SIGKILL) after ${seconds(performance.now() - started)}`);
    shown = bar("the next worker");
  }
  const result: PassResult | null = first ?? (await child.backfill(setup, contacts, watch));
  if (result === null) throw new Error("the second worker was killed, too");
  shown.end(
    `${result.state} in ${seconds(performance.now() - started)}, ${result.resumed ? "resumed from its checkpoint" : "not resumed"}`,
  );
  const names = Object.entries(result.counts).map(([name, count]) => `${name} ${number(count)}`);
  line(dim(names.join(", ")));
  if (process.env.DEMO_ROUTES) line(JSON.stringify((await hubspot.stats()).byRoute));
}

function describe({ phase, done, ratePerSecond, etaMs }: SyncProgress): string {
  const eta = etaMs === null ? "" : `, ${seconds(etaMs)} left`;
  return `${phase} ${number(done)}, ${number(ratePerSecond)}/s${eta}`;
}

/** The same people in other spellings: first asked of HubSpot, then of the sealed cache. */
export async function lookUp({ product: { hubspoke }, hubspot }: Stage): Promise<void> {
  heading(4, "Look up numbers, written differently than in HubSpot");
  const people = uniquePhones(await hubspot.contacts()).slice(0, 4);
  const rows: string[][] = [];
  for (const { typed, spellings } of people) {
    for (const spelling of spellings) {
      const before = hubspoke.calls.stats().calls;
      const started = performance.now();
      const { contact, source } = await hubspoke.directory.lookupByPhone(spelling, ctx);
      const calls = hubspoke.calls.stats().calls - before;
      const took = `${(performance.now() - started).toFixed(1)} ms`;
      rows.push([spelling, typed, contact?.fullName ?? "nobody", source, String(calls), took]);
    }
  }
  table(["asked", "in HubSpot as", "name", "from", "calls", "took"], rows);
}

/** Numbers exactly one contact has, each with three ways to write it. */
function uniquePhones(contacts: readonly SimulatedContact[]): { typed: string; spellings: string[] }[] {
  const found = new Map<string, { typed: string; spellings: string[] } | null>();
  for (const { properties } of contacts.slice(0, 2_000)) {
    const typed = properties.phone;
    const parsed = typed ? parsePhone(typed, { defaultRegion: "US" }) : null;
    if (!typed || !parsed?.ok || parsed.phone.callingCode !== "1" || parsed.phone.extension !== undefined) continue;
    const { e164 } = parsed.phone;
    const [area, office, line4] = [e164.slice(2, 5), e164.slice(5, 8), e164.slice(8)];
    const spellings = [`1 (${area}) ${office}-${line4}`, `${area}.${office}.${line4}`, e164];
    found.set(e164, found.has(e164) ? null : { typed, spellings });
  }
  return [...found.values()].filter((one) => one !== null);
}

/** A text message arrives at the product: its webhook answers with a name. */
export async function takeAMessage({ server, hubspot }: Stage): Promise<void> {
  heading(5, "An inbound message becomes a person");
  const [caller] = uniquePhones(await hubspot.contacts()).slice(10);
  if (caller === undefined) throw new Error("no contact has a number of its own");
  const response = await fetch(`${server.url}/messages/inbound`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ from: caller.spellings[0], text: "Hi, is my order on its way?" }),
  });
  const message = (await response.json()) as ShownMessage;
  line(
    `from ${message.from} → ${bold(message.name ?? "unknown")}${message.company === null ? "" : ` (${message.company})`}: ${message.text}`,
  );
}

/** Reads both databases behind the engine's back, and the simulator's own count of calls. */
export async function compareSides({ product, hubspot, contacts, customers }: Stage): Promise<boolean> {
  heading(7, "Are both sides equal?");
  const rows = await product.crm.selectFrom("customers").selectAll().execute();
  const { equal, different } = compare(
    rows,
    (await hubspot.contacts()).filter((one) => one.archivedAt === null),
  );
  const good = different.length === 0;
  line(
    good
      ? `${green("✓")} all ${number(equal)} records are equal, field by field`
      : red(`✗ ${number(different.length)} differ: ${different.slice(0, 3).join("; ")}`),
  );
  const { calls, rateLimited, maxInTenSeconds, byRoute } = await hubspot.stats();
  if (process.env.DEMO_ROUTES) line(JSON.stringify(byRoute));
  const minimum =
    Math.ceil(contacts / 100) +
    Math.ceil(customers.known / 100) +
    Math.ceil(customers.known / 50) +
    Math.ceil(customers.unknown / 100);
  line(
    `${green("✓")} ${number(calls)} calls to HubSpot; the backfill alone needs at least ${number(minimum)} (pages, batches, history checks)`,
  );
  const clean = rateLimited === 0;
  line(
    `${clean ? green("✓") : red("✗")} ${number(rateLimited)} requests were answered 429; at most ${maxInTenSeconds} of 190 calls in any 10 seconds`,
  );
  return good && clean;
}

/** Keeps everything running, worker included, until Ctrl+C. */
export async function serve({ setup, server, hubspot }: Stage): Promise<void> {
  await child.work(setup);
  line(`serving at ${bold(server.url)}, HubSpot (simulated) at ${hubspot.url}; stop with Ctrl+C`);
  await new Promise(() => setInterval(() => {}, 60_000));
}
