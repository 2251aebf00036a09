import { createSealer } from "../crypto/sealer.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import { cipher } from "../platform/node.ts";
import type { Alert } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogFields, Logger } from "../ports/logger.ts";
import { type OAuthAppOptions, oauthApp } from "./app.ts";
import { type FakeTokens, fakeTokens } from "./fake-tokens.fixture.ts";
import { createOAuth, type OAuth, type OAuthDeps } from "./oauth.ts";

export const start = 1_790_000_000_000;
export const minute = 60_000;

/** Time that moves only while a test waits, and then straight to the next sleeper. */
export interface TestClock extends Clock {
  run<T>(work: Promise<T>): Promise<T>;
  advance(ms: number): Promise<void>;
}

export function testClock(): TestClock {
  let now = start;
  let sleepers: { readonly due: number; readonly wake: () => void }[] = [];
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const step = (until: number): boolean => {
    const next = sleepers.reduce<number>((least, one) => Math.min(least, one.due), Number.POSITIVE_INFINITY);
    if (next > until) return false;
    now = Math.max(now, next);
    const due = sleepers.filter((one) => one.due === next);
    sleepers = sleepers.filter((one) => one.due !== next);
    for (const { wake } of due) wake();
    return true;
  };
  return {
    now: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ due: now + ms, wake })),
    async run(work) {
      let done = false;
      const mark = (): void => {
        done = true;
      };
      work.then(mark, mark);
      for (await settle(); !done; await settle()) {
        if (!step(Number.MAX_SAFE_INTEGER))
          throw new Error("nothing sleeps, and what the test waits for has not happened");
      }
      return work;
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      while (step(end)) await settle();
      now = end;
    },
  };
}

export const appOptions: OAuthAppOptions = {
  clientId: "client-1",
  clientSecret: "canary-client-secret",
  redirectUri: "https://app.example.com/hubspot/oauth/callback",
  scopes: ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write"],
  returnTo: ["/settings", "https://other.example.com/hub"],
};

export type TestStorage = OAuthDeps["storage"];

export interface World {
  readonly clock: TestClock;
  readonly hubspot: FakeTokens;
  readonly storage: TestStorage;
  readonly alerts: Alert[];
  readonly logs: { readonly event: string; readonly fields: LogFields | undefined }[];
  /** One process: an instance of its own over the shared store and the shared HubSpot. */
  process(change?: Partial<OAuthDeps> & { readonly app?: Partial<OAuthAppOptions> }): OAuth;
  /** Connects a tenant through the whole login. */
  connect(tenant?: string, portalId?: string, through?: OAuth): Promise<void>;
}

export function world(): World {
  const clock = testClock();
  const hubspot = fakeTokens(clock, appOptions);
  const storage: TestStorage = memoryStorage();
  const alerts: Alert[] = [];
  const logs: { readonly event: string; readonly fields: LogFields | undefined }[] = [];
  const log = (event: string, fields?: LogFields): void => void logs.push({ event, fields });
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const ring = ringOf();
  const sealer = createSealer({ ring, cipher });
  let seed = 1;

  const self: World = {
    clock,
    hubspot,
    storage,
    alerts,
    logs,
    process({ app, ...change } = {}) {
      seed = (seed * 16_807) % 2_147_483_647;
      let random = seed;
      return createOAuth(oauthApp({ ...appOptions, ...app }), {
        transport: hubspot,
        clock,
        random: () => {
          random = (random * 16_807) % 2_147_483_647;
          return random / 2_147_483_647;
        },
        cipher,
        sealer,
        ring,
        storage,
        baseUrl: "https://api.hubapi.com",
        apiVersion: "2026-09",
        logger,
        alerts: { raise: (alert) => void alerts.push(alert) },
        ...change,
      });
    },
    async connect(tenant = "acme", portalId = "100", through = self.process()) {
      const { authUrl, session } = await through.beginLogin({ tenant });
      const { state, code } = hubspot.consent(authUrl, portalId);
      const login = await through.takeLogin({ state, session });
      await clock.run(through.finishLogin(login, { code }));
    },
  };
  return self;
}

/** The rejection of `work`. */
export async function failure(
  work: Promise<unknown>,
): Promise<Error & { readonly code: string; readonly details: Record<string, unknown> }> {
  try {
    await work;
  } catch (error) {
    return error as never;
  }
  throw new Error("nothing was thrown");
}
