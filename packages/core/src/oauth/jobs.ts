import type { KeyRing } from "../crypto/key-ring.ts";
import type { Job } from "../ports/job.ts";
import type { OAuthStateStore } from "../ports/token-store.ts";
import type { GrantVault } from "./grant-vault.ts";

const batch = 100;
const hourMs = 3_600_000;

export interface OAuthJobsOptions {
  readonly vault: GrantVault;
  readonly states: OAuthStateStore;
  readonly ring: Pick<KeyRing, "currentId">;
}

/** What the worker does for this room: removes logins nobody finished, and re-seals tokens after a key rotation. */
export function oauthJobs({ vault, states, ring }: OAuthJobsOptions): readonly Job[] {
  return [
    {
      name: "oauth:sweep",
      async run({ now }) {
        const did = await states.deleteExpired(now, batch);
        return { did, nextAt: did === batch ? now : now + hourMs };
      },
    },
    {
      name: "oauth:reseal",
      async run({ now }) {
        const { resealed, failed } = await vault.reseal(await ring.currentId(), batch);
        // Rows that do not open come first again: going on at once would spin on them.
        return { did: resealed, nextAt: resealed + failed === batch && failed === 0 ? now : now + hourMs };
      },
    },
  ];
}
