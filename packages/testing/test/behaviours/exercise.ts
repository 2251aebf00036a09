import { createHubSpotSimulator, createVirtualClock, type HubSpotSimulator } from "../../src/simulator.ts";
import { bench } from "../simulator/helpers.ts";
import { createAccount } from "./account.ts";
import type { Behaviour } from "./behaviour.ts";

/** A live account must hold these rates; a simulator for checks need not make them wait. */
const PLENTY = { tenSecondly: 100_000, searchPerSecond: 100_000, daily: 10_000_000 };

/** Runs a behaviour's own test against a fresh simulator; throws when it does not show what it says. */
export async function exercise(behaviour: Behaviour): Promise<void> {
  const { asked, shown, options = {} } = behaviour;
  if (shown !== undefined) {
    const made = bench(options);
    const used = await shown(made);
    refuseIdle(behaviour, isBench(used) ? used.sim : made.sim);
    return;
  }
  if (asked === undefined) throw new Error(`${behaviour.id}: no test shows it`);
  const clock = createVirtualClock();
  const sim = createHubSpotSimulator({ clock, limits: PLENTY, ...options });
  const account = createAccount({
    fetch: sim.fetch,
    baseUrl: "https://api.hubapi.com",
    token: sim.token,
    tag: "hslsim",
    wait: (ms) => clock.advance(ms),
    pace: 0,
  });
  await asked(account);
  const left = await account.cleanUp();
  if (left.length > 0) throw new Error(`${behaviour.id}: could not clean up ${left.join(", ")}`);
  refuseIdle(behaviour, sim);
}

function isBench(value: unknown): value is { readonly sim: HubSpotSimulator } {
  return typeof value === "object" && value !== null && "sim" in value;
}

/** A test that asked nothing showed nothing. */
function refuseIdle({ id }: Behaviour, sim: HubSpotSimulator): void {
  if (sim.stats().calls === 0) throw new Error(`${id}: its test made no call`);
}
