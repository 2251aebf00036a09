import { type CachePolicy, defaultCachePolicy } from "../cache/policy.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { AccessOptions } from "./access-policy.ts";
import type { UnknownNumbers } from "./background/unknown-numbers.ts";
import { checkFields } from "./known-contact.ts";
import type { HasActiveConversation } from "./search/types.ts";
import type { DirectoryField } from "./types.ts";

/** What the directory fetches, keeps and shows, and to whom. */
export interface DirectoryOptions {
  /** What is fetched and kept at all, beside id and number. Default `firstName`, `lastName`, `company`. */
  readonly fields?: readonly DirectoryField[];
  /** Roles, purposes, what each role sees, and limits per actor. */
  readonly access?: AccessOptions;
  /** Whether conversations with these people are open: `hasActiveConversation` of a search. Default: none is. */
  readonly hasActiveConversation?: HasActiveConversation;
  /** Numbers that have no name yet: what `syncUnknown` goes through. */
  readonly unknownNumbers?: UnknownNumbers;
  /** Lifetimes; see `CachePolicy` for the defaults. */
  readonly cache?: Partial<CachePolicy>;
  /** Entries held in this process's memory. Default 10,000. */
  readonly memoryEntries?: number;
  /** Spellings of numbers remembered in this process's memory. Default 20,000. */
  readonly memorySpellings?: number;
  /** Numbers of one batch that are searched one by one when the packed search finds nobody. Default 20. */
  readonly recipeCap?: number;
  /**
   * How long one look-up waits for HubSpot before it answers without a name (`degraded: TIMEOUT`). Default 10 s: it may
   * have to wait its turn in the search limit. What HubSpot says later is kept for the next look-up.
   */
  readonly answerWithinMs?: number;
  /** The same in the lane `webhook`, searches included, where somebody else's time-out is running. Default 3 s. */
  readonly webhookAnswerWithinMs?: number;
  /** The same for a batch of numbers. Default 30 s. */
  readonly batchAnswerWithinMs?: number;
  /** The same for a search for people, and for opening one: then recents and older answers stand in. Default 10 s. */
  readonly searchAnswerWithinMs?: number;
  /** How long HubSpot is not asked after it refused the credentials. Default 5 min. */
  readonly authPauseMs?: number;
  /** How long no refresh is started behind an answer after HubSpot failed. Default 30 s. */
  readonly refreshPauseMs?: number;
}

export interface DirectorySettings
  extends Required<Omit<DirectoryOptions, "cache" | "hasActiveConversation" | "unknownNumbers">> {
  readonly unknownNumbers: UnknownNumbers | undefined;
  readonly hasActiveConversation: HasActiveConversation | undefined;
  readonly cache: CachePolicy;
}

const longestInMemory = 60_000;

/** The options with their defaults, or `CONFIG_INVALID` naming the one that cannot be. */
export function directorySettings(options: DirectoryOptions = {}): DirectorySettings {
  const cache = { ...defaultCachePolicy, ...options.cache };
  const settings = {
    memoryEntries: 10_000,
    memorySpellings: 20_000,
    recipeCap: 20,
    answerWithinMs: 10_000,
    webhookAnswerWithinMs: 3_000,
    batchAnswerWithinMs: 30_000,
    searchAnswerWithinMs: 10_000,
    authPauseMs: 300_000,
    refreshPauseMs: 30_000,
    ...options,
    access: options.access ?? {},
    hasActiveConversation: options.hasActiveConversation,
    unknownNumbers: options.unknownNumbers,
    fields: checkFields(options.fields ?? ["firstName", "lastName", "company"]),
    cache,
  };
  for (const [name, value] of Object.entries(cache)) atLeast(0, `cache.${name}`, value);
  // What other processes hold of an erased person must be gone before the erasure's second look, two minutes later.
  if (cache.memoryMs > longestInMemory) {
    const message = `directory.cache.memoryMs must be at most ${longestInMemory}: other processes show an erased person for as long`;
    throw new HubspokeError("CONFIG_INVALID", message);
  }
  atLeast(1, "memoryEntries", settings.memoryEntries);
  atLeast(1, "memorySpellings", settings.memorySpellings);
  atLeast(0, "recipeCap", settings.recipeCap);
  atLeast(1, "answerWithinMs", settings.answerWithinMs);
  atLeast(1, "webhookAnswerWithinMs", settings.webhookAnswerWithinMs);
  atLeast(1, "batchAnswerWithinMs", settings.batchAnswerWithinMs);
  atLeast(1, "searchAnswerWithinMs", settings.searchAnswerWithinMs);
  atLeast(0, "authPauseMs", settings.authPauseMs);
  atLeast(0, "refreshPauseMs", settings.refreshPauseMs);
  if (options.unknownNumbers?.everyMs !== undefined)
    atLeast(60_000, "unknownNumbers.everyMs", options.unknownNumbers.everyMs);
  return settings;
}

function atLeast(least: number, name: string, value: unknown): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new HubspokeError("CONFIG_INVALID", `directory.${name} must be a whole number of at least ${least}`);
}
