import { Associations } from "../associations/associations.ts";
import type { AssociationChange } from "../associations/graph.ts";
import { draw } from "../base/duration.ts";
import type { RandomStream } from "../base/random.ts";
import type { Settings } from "../knobs.ts";
import { AccountDay } from "../limits/account-day.ts";
import { type AccountLimits, AppLimiter } from "../limits/limiter.ts";
import { OtherProgram } from "../limits/other-program.ts";
import { RollingWindow } from "../limits/rolling-window.ts";
import type { PortalOptions, TokenOptions } from "../options.ts";
import { STANDARD_TYPES } from "../types/all.ts";
import { CONTACTS, withPhones } from "../types/contacts.ts";
import { COMPANIES } from "../types/crm.ts";
import type { ObjectType } from "../types/object-type.ts";
import type { Change } from "./change.ts";
import { ObjectStore } from "./object-store.ts";
import { DEFAULT_OWNERS, type Owner } from "./owners.ts";
import type { ChangeSource } from "./record.ts";
import { SchemaRegistry } from "./schemas.ts";
import { ALL_SCOPES } from "./scopes.ts";

/** One token's way into a portal. */
export interface AppAccess {
  readonly token: string;
  readonly appId: number;
  readonly scopes: ReadonlySet<string>;
  readonly kind: "private" | "oauth";
  readonly limiter: AppLimiter;
  readonly source: ChangeSource;
  readonly editsAssociations: boolean;
  /** Milliseconds since the epoch; absent for tokens that do not expire. */
  readonly expiresAt: number | undefined;
}

/** What every portal of a simulator shares. */
export interface PortalWorld {
  readonly now: () => number;
  readonly random: (purpose: string) => RandomStream;
  readonly settings: () => Settings;
  readonly searchLag: () => number;
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
  readonly associations: Associations;
  readonly schemas: SchemaRegistry;
  readonly #world: PortalWorld;
  readonly #stores: Map<string, ObjectStore> = new Map();
  readonly #limiters: Map<number, AppLimiter> = new Map();
  readonly others: OtherProgram = new OtherProgram((appId) => this.limiterOf(appId, "private"));
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
    this.associations = new Associations(world.settings, (change, source) => this.#associated(change, source));
    const flipFlop = world.random(`schemas:${this.id}`);
    this.schemas = new SchemaRegistry({
      portalId: this.id,
      random: flipFlop,
      flipFlop: () => draw(world.settings().schemaFlipFlop, flipFlop),
      addType: (type) => this.addType(type),
      store: (name) => this.store(name),
      associate: (from, to, name) => this.associations.definitions.definePlain(from, to, name),
    });
    for (const type of STANDARD_TYPES) {
      this.addType(type.id === COMPANIES.id && options.companyPhones === true ? withPhones(type) : type);
    }
    for (const token of options.tokens) this.addToken(token);
  }

  addType(type: ObjectType): ObjectStore {
    const store = new ObjectStore(type, {
      portalId: this.id,
      defaultCountry: this.defaultCountry,
      ids: this.#world.random(`ids:${this.id}:${type.id}`),
      now: this.#world.now,
      settings: this.#world.settings,
      searchLag: this.#world.searchLag,
      ownerIds: new Set(this.owners.map((owner) => owner.id)),
      associated: (from, toType) => this.associations.graph.neighbours(from, toType),
      typeNamed: (name) => this.store(name)?.type,
      emit: (change) => this.#changed(change),
    });
    const names = [type.id, type.name, ...type.aliases, ...(type.named === "plainly" ? [type.singular] : [])];
    for (const name of names) this.#stores.set(name.toLowerCase(), store);
    return store;
  }

  addToken(options: TokenOptions): AppAccess {
    const appId = options.appId ?? 1;
    const kind = options.kind ?? "private";
    const limiter = this.limiterOf(appId, kind);
    const scopes = new Set(options.scopes ?? ALL_SCOPES);
    const source: ChangeSource = { type: "INTEGRATION", id: String(appId) };
    const { token, expiresAt, editsAssociations = true } = options;
    const access: AppAccess = { token, appId, scopes, kind, limiter, source, editsAssociations, expiresAt };
    this.apps.set(token, access);
    return access;
  }

  /** What each app has used of its limits. */
  limiters(): readonly (readonly [number, AppLimiter])[] {
    return [...this.#limiters];
  }

  /** Uses up a call of an app's limits, or of the account's searches. */
  eat(appId: number, isSearch: boolean, now: number): void {
    this.limiterOf(appId, "private").eat(now, isSearch);
  }

  /** What other programs did in the meantime, so that limits know. */
  letOthersCall(now: number): void {
    this.others.catchUp(this.#world.settings().otherProgram, now);
  }

  limiterOf(appId: number, kind: AppAccess["kind"] = "private"): AppLimiter {
    const known = this.#limiters.get(appId);
    if (known !== undefined) return known;
    const limiter = new AppLimiter(() => this.#world.settings().limits, this.limits, kind === "oauth");
    this.#limiters.set(appId, limiter);
    return limiter;
  }

  /** By type id, plural or singular name; `undefined` for an unknown one. */
  store(type: string): ObjectStore | undefined {
    return this.#stores.get(type.toLowerCase());
  }

  /** One for each object type, standard ones first. */
  stores(): ObjectStore[] {
    return [...new Set(this.#stores.values())];
  }

  get contacts(): ObjectStore {
    return this.#stores.get(CONTACTS.id)!;
  }

  /** The most calls of one app that arrived within any 10 seconds. */
  get maxInWindow(): number {
    return Math.max(0, ...[...this.#limiters.values()].map((limiter) => limiter.maxInWindow));
  }

  #changed(change: Change): void {
    const node = { type: change.type.id, id: change.objectId };
    if (change.kind === "privacyDeletion") this.associations.graph.forget(node);
    if (change.kind === "merge") {
      for (const id of [change.primaryObjectId, ...change.mergedObjectIds]) {
        if (id !== change.newObjectId) this.associations.graph.takeOver({ type: node.type, id }, node);
      }
    }
    if (!this.#quiet) this.#world.changed(this, change);
  }

  #associated({ from, to, association, removed }: AssociationChange, source: ChangeSource): void {
    const [store, toStore] = [this.#stores.get(from.type)!, this.#stores.get(to.type)!];
    this.#changed({
      kind: "associationChange",
      type: store.type,
      objectId: from.id,
      at: this.#world.now(),
      source,
      toObjectId: to.id,
      toType: toStore.type,
      association,
      removed,
    });
    const record = store.records.find(from.id);
    if (record === undefined || !association.primary || store !== this.contacts) return;
    store.set(record, { associatedcompanyid: removed ? "" : to.id }, source);
  }

  /** Tells of a change that did not happen. */
  rumour(change: Change): void {
    this.#world.changed(this, change);
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
