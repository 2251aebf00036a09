import { createBlindIndex } from "../crypto/blind-index.ts";
import { createSealer } from "../crypto/sealer.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { cipher } from "../platform/node.ts";
import type { Alert } from "../ports/alerts.ts";
import type { LogFields } from "../ports/logger.ts";
import type { SealedOutboxEntry } from "../ports/outbox-store.ts";
import type { Storage } from "../ports/storage.ts";
import { toHex } from "../util/bytes.ts";
import { manualClock } from "../webhooks/testing.fixture.ts";
import { forgetInOutbox, type KnownAs, resealJob } from "./forget.ts";
import type { JobPerson, KindRegistry } from "./kind.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { outboxJob } from "./outbox-job.ts";

export const hour = 3_600_000;

export interface Bed {
  readonly outbox: Outbox;
  readonly kinds: KindRegistry;
  readonly clock: ReturnType<typeof manualClock>;
  readonly alerts: Alert[];
  readonly cleared: string[];
  /** Contact ids of people who were erased. */
  readonly erased: Set<string>;
  /** The account each tenant is pinned to. */
  readonly portals: Map<string, string>;
  tick(signal?: AbortSignal): Promise<void>;
  reconnected(tenant: string): Promise<void>;
  rows(tenant: string): Promise<readonly SealedOutboxEntry[]>;
  forget(tenant: string, person: KnownAs): Promise<number>;
  reseal(): Promise<number>;
  /** Alters every input of the tenant that waits. */
  damage(tenant: string): Promise<void>;
  spoken(): string;
  /** Another process on the same store. */
  another(): Bed;
  /** The same after a key rotation. */
  rotated(): Bed;
}

export function bed(
  storage: Storage = memoryStorage(),
  clock: ReturnType<typeof manualClock> = manualClock(),
  key: "k1" | "k2" = "k1",
): Bed {
  const alerts: Alert[] = [];
  const cleared: string[] = [];
  const lines: string[] = [];
  const erased = new Set<string>();
  const portals = new Map<string, string>();
  const log = (event: string, fields?: LogFields) => void lines.push(JSON.stringify([event, fields]));
  const ring = ringOf(key);
  const deps = {
    store: storage.outbox,
    sealer: createSealer({ ring, cipher }),
    index: createBlindIndex(ring),
    ring: { currentId: async () => ring.currentId() },
    newId: () => toHex(cipher.randomBytes(16)),
    clock,
    random: () => 0.5,
    logger: { debug: log, info: log, warn: log, error: log },
    alerts: {
      raise: (alert: Alert) => void alerts.push(alert),
      clear: (_tenant: string | null, cleared_: string) => void cleared.push(cleared_),
    },
    pinned: (tenant: string) => portals.get(tenant) ?? null,
    anyErased: async (_tenant: string, people: readonly JobPerson[]) => people.some(({ value }) => erased.has(value)),
  };
  const { outbox, kinds, bell, reconnected } = createOutbox(deps);
  const job = outboxJob({ ...deps, kinds, bell });
  const never = new AbortController().signal;
  return {
    outbox,
    kinds,
    clock,
    alerts,
    cleared,
    erased,
    portals,
    async tick(signal = never) {
      await job.run({ now: clock.now(), deadline: Number.POSITIVE_INFINITY, signal });
    },
    reconnected,
    rows: (tenant) => storage.outbox.scan(tenant, null, 1_000),
    forget: (tenant, person) => forgetInOutbox({ ...deps, kinds }, tenant, person),
    async reseal() {
      return (await resealJob({ ...deps, kinds }).run({ now: clock.now(), deadline: 0, signal: never })).did;
    },
    async damage(tenant) {
      for (const { id, sealed, keyId } of await storage.outbox.scan(tenant, null, 1_000)) {
        if (sealed === null || keyId === null) continue;
        const altered = Uint8Array.from(sealed, (byte, i) => (i === sealed.length - 1 ? byte ^ 1 : byte));
        await storage.outbox.reseal(tenant, id, altered, keyId, keyId);
      }
    },
    spoken: () => lines.join("\n") + JSON.stringify(alerts),
    another: () => bed(storage, clock, key),
    rotated: () => bed(storage, clock, "k2"),
  };
}
