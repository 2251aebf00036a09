import { describe, expect, test } from "vitest";
import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import { Process } from "../testing-fakes/mortal.fixture.ts";
import { settled, type Two, two } from "../testing-fakes/two-syncs.fixture.ts";
import { leaseMs, tenant } from "../testing-fakes/world.fixture.ts";

/** One round of a worker's jobs. */
async function round({ clock }: Two, { syncs }: Two["worker2"]): Promise<void> {
  const signal = new AbortController().signal;
  for (const job of syncs.jobs) await job.run({ now: clock.now(), deadline: clock.now() + 60_000, signal });
}

test("a first association that is refused stops nobody, and is tried again", async () => {
  const there = two({ label: "plain" });
  there.companies.hubspot.user({ email: "acme.com" });
  await there.run(there.companies.sync.backfill());
  there.hubspot.user({ email: "ann@x.com" });
  const acme = there.company("acme.com");
  there.local.user({ email: "ann@x.com", company_id: acme.localId });
  there.associations.refuse = "VALIDATION_FAILED";
  await there.run(there.sync.backfill());
  await there.rest();
  expect(there.associations.companiesOf(there.contact().hubspotId)).toEqual({ [acme.hubspotId]: [279] });
});

describe("what HubSpot refuses", () => {
  test.each([[null], ["bolt.com"]])("to take off every time is put in quarantine: then %s", async (company) => {
    const there = await settled({ label: "plain" });
    const unlink = there.associations.unlink.bind(there.associations);
    there.associations.unlink = async (...call) => {
      there.associations.refuse = "VALIDATION_FAILED";
      return unlink(...call);
    };
    const company_id = company === null ? null : there.company(company).localId;
    there.local.edit(there.contact().localId, { company_id });
    await there.rest();
    expect((await there.sync.quarantine.list()).items[0]).toMatchObject({ reason: "VALIDATION_FAILED" });
  });

  test("to answer every time is put in quarantine", async () => {
    const there = await settled();
    const link = there.associations.link.bind(there.associations);
    there.associations.link = async (...call) => {
      there.associations.unknown = { landed: false };
      return link(...call);
    };
    there.local.edit(there.contact().localId, { company_id: there.company("bolt.com").localId });
    await there.rest();
    expect((await there.sync.quarantine.list()).items[0]).toMatchObject({ reason: "UNKNOWN_OUTCOME" });
  });

  test("decided a conflict that is told once", async () => {
    const there = await settled({ owner: "local" });
    const { hubspotId, localId } = there.contact();
    const bolt = there.company("bolt.com");
    there.associations.drop(hubspotId, there.company("acme.com").hubspotId);
    there.local.edit(localId, { company_id: bolt.localId });
    there.associations.refuse = "VALIDATION_FAILED";
    await there.rest();
    expect(there.associations.primaryOf(hubspotId)).toBe(bolt.hubspotId);
    expect((await there.sync.conflicts.list()).items).toHaveLength(1);
  });

  test("at a second try does not make it forget what the first one was to replace", async () => {
    const there = await settled({ label: "plain" });
    const { hubspotId, localId } = there.contact();
    const acme = there.company("acme.com");
    there.local.edit(localId, { company_id: there.company("bolt.com").localId });
    there.associations.unknown = { landed: true };
    await there.run(round(there, there.worker2));
    expect(Object.keys(there.associations.companiesOf(hubspotId))).toHaveLength(2);
    there.clock.advance(2 * leaseMs);
    there.associations.refuse = "VALIDATION_FAILED";
    await there.run(round(there, there.worker2));
    there.local.edit(localId, { company_id: acme.localId });
    await there.rest();
    expect(Object.keys(there.associations.companiesOf(hubspotId))).toEqual([acme.hubspotId]);
  });
});

/** A worker's process that stands still after it stored pairs so many times, or before any other call. */
class Standing extends Process {
  #stores: number;
  #goOn: (() => void) | null = null;

  constructor(stores: number | null, pauseAt: number | null) {
    super({ pauseAt });
    this.#stores = stores ?? 0;
  }

  override wake(): void {
    super.wake();
    this.#goOn?.();
  }

  override async call<T>(name: string, work: () => Promise<T>): Promise<T> {
    const answer = await super.call(name, work);
    if (name === "put" && --this.#stores === 0) {
      this.paused = true;
      await new Promise<void>((resolve) => {
        this.#goOn = resolve;
      });
    }
    return answer;
  }
}

describe("a worker that stands still before it writes here", () => {
  const stands = async (there: Two, process: Process, meanwhile: () => Promise<unknown>) => {
    const { hubspotId } = there.contact();
    const hint = () => there.worker2.syncs.hint({ tenant, object: "contacts", ids: [hubspotId] });
    there.associations.setPrimary(hubspotId, there.company("bolt.com").hubspotId);
    await hint();
    const running = round(there, there.another(process)).catch((error: unknown) => {
      if (!isHubspokeError(error, "LEASE_LOST")) throw error;
    });
    while (!process.paused && !(await there.clock.flush(running))) if (!process.paused) there.clock.advance(500);
    there.associations.setPrimary(hubspotId, there.company("acme.com").hubspotId);
    await hint();
    await meanwhile();
    process.wake();
    await there.run(running);
    await hint();
    await there.rest();
    const acme = there.company("acme.com");
    expect([there.associations.primaryOf(hubspotId), there.reference()]).toEqual([acme.hubspotId, acme.localId]);
  };

  test.each([1, 2, 3])("past its lease brings nothing back that HubSpot's user took back: %i", async (stores) => {
    const there = await settled();
    await stands(there, new Standing(stores, null), async () => {
      there.clock.advance(leaseMs + 1);
      await there.rest();
    });
  });

  test("brings nothing back that another one looks at meanwhile", async () => {
    for (let pauseAt = 1; pauseAt <= 30; pauseAt++) {
      const there = await settled();
      await stands(there, new Standing(null, pauseAt), () => there.run(there.sync.reconcile()));
    }
  });
});
