import type { RandomStream } from "../base/random.ts";
import { AccountDay } from "../limits/account-day.ts";
import { type AccountLimits, AppLimiter, type LimitSettings } from "../limits/limiter.ts";
import { RollingWindow } from "../limits/rolling-window.ts";
import type { PortalOptions, TokenOptions } from "../options.ts";
import type { NormalisationSettings } from "../properties/normalise.ts";
import { STANDARD_TYPES } from "../types/all.ts";
import { CONTACTS } from "../types/contacts.ts";
import type { ObjectType } from "../types/object-type.ts";
import type { Change } from "./change.ts";
import { ObjectStore } from "./object-store.ts";
import { DEFAULT_OWNERS, type Owner } from "./owners.ts";
import type { ChangeSource } from "./record.ts";
import { ALL_SCOPES } from "./scopes.ts";

/** One token's way into a portal. */
export interface AppAccess {
  readonly token: string;
  readonly appId: number;
  readonly scopes: ReadonlySet<string>;
  readonly kind: "private" | "oauth";
  readonly limiter: AppLimiter;
  readonly source: ChangeSource;
}

/** What every portal of a simulator shares. */
export interface PortalWorld {
  readonly now: () => number;
  readonly random: (purpose: string) => RandomStream;
  readonly limits: () => LimitSettings;
  readonly normalisation: () => NormalisationSettings;
  readonly searchLag: () => number;
  readonly mergeCreatesNewId: () => boolean;
  readonly changed: (portal: Portal, change: Change) => void;
}

/** One HubSpot account: its records, its definitions, its limits. */
export class Portal {
  readonly id: number;
  readonly timeZone: string;
  readonly uiDomain: string;
  readonly defaultCountry: string;
  readonly limits: AccountLimits;
  readonly owners: readonly Owner[];
  readonly apps: Map<string, AppAccess> = new Map();
  readonly #world: PortalWorld;
  readonly #stores: Map<string, ObjectStore> = new Map();
  readonly #limiters: Map<number, AppLimiter> = new Map();
  #quiet = false;

  constructor(options: PortalOptions, world: PortalWorld) {
    this.id = options.id;
    this.timeZone = options.timeZone ?? "America/New_York";
    this.uiDomain = options.uiDomain ?? "app.hubspot.com";
    this.defaultCountry = options.defaultCountry ?? "US";
    this.owners = options.owners ?? DEFAULT_OWNERS;
    this.#world = world;
    this.limits = {
      day: new AccountDay(this.timeZone),
      searches: new RollingWindow(1_000),
      searchArrivals: new RollingWindow(1_000),
    };
    for (const type of STANDARD_TYPES) this.addType(type);
    for (const token of options.tokens) this.addToken(token);
  }

  addType(type: ObjectType): ObjectStore {
    const store = new ObjectStore(type, {
      portalId: this.id,
      defaultCountry: this.defaultCountry,
      ids: this.#world.random(`ids:${this.id}:${type.id}`),
      now: this.#world.now,
      normalisation: this.#world.normalisation,
      searchLag: this.#world.searchLag,
      mergeCreatesNewId: this.#world.mergeCreatesNewId,
      emit: (change) => {
        if (!this.#quiet) this.#world.changed(this, change);
      },
    });
    for (const name of [type.id, type.name, type.singular, ...type.aliases]) this.#stores.set(name, store);
    return store;
  }

  addToken(options: TokenOptions): AppAccess {
    const appId = options.appId ?? 1;
    const kind = options.kind ?? "private";
    let limiter = this.#limiters.get(appId);
    if (limiter === undefined) {
      limiter = new AppLimiter(this.#world.limits, this.limits, kind === "private");
      this.#limiters.set(appId, limiter);
    }
    const scopes = new Set(options.scopes ?? ALL_SCOPES);
    const source: ChangeSource = { type: "INTEGRATION", id: String(appId) };
    const access: AppAccess = { token: options.token, appId, scopes, kind, limiter, source };
    this.apps.set(options.token, access);
    return access;
  }

  /** By type id, plural or singular name; `undefined` for an unknown one. */
  store(type: string): ObjectStore | undefined {
    return this.#stores.get(type.toLowerCase());
  }

  get contacts(): ObjectStore {
    return this.#stores.get(CONTACTS.id)!;
  }

  /** The most calls of one app that arrived within any 10 seconds. */
  get maxInWindow(): number {
    return Math.max(0, ...[...this.#limiters.values()].map((limiter) => limiter.maxInWindow));
  }

  /** Runs `work` without webhooks: fixtures are records that were always there. */
  quietly<T>(work: () => T): T {
    const before = this.#quiet;
    this.#quiet = true;
    try {
      return work();
    } finally {
      this.#quiet = before;
    }
  }
}
