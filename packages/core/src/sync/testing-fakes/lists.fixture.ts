import { createWorld, leaseMs, type World } from "./world.fixture.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };

/** A pair whose merged list is `a;b` on both sides. */
export interface Lists extends World {
  readonly hubspotId: string;
  readonly localId: string;
  /** Edits of each side since they last agreed. */
  edit(sides: { readonly local?: readonly string[]; readonly hubspot?: string }): void;
  /** What the local side and HubSpot hold. */
  both(): readonly unknown[];
}

export async function lists(): Promise<Lists> {
  const world = createWorld({ poll });
  const hubspotId = world.hubspot.user({ email: "ann@x.com", tags: "a;b" });
  await world.clock.drive(world.sync.backfill());
  const [localId = ""] = world.local.ids();
  world.clock.advance(leaseMs);
  await world.settle();
  return {
    ...world,
    hubspotId,
    localId,
    edit({ local, hubspot }) {
      if (local !== undefined) world.local.edit(localId, { tags: local });
      if (hubspot !== undefined) world.hubspot.edit(hubspotId, { tags: hubspot });
    },
    both: () => [world.local.value(localId, "tags"), world.hubspot.value(hubspotId, "tags")],
  };
}
