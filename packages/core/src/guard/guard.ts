import { HubspokeError } from "../errors/hubspoke-error.ts";
import { holdsCardNumber } from "./card-numbers.ts";
import { isDeniedByDefault, isPluralOfDenied, nameMatcher, plainName } from "./denied-names.ts";
import { checkGuardOptions, type GuardOptions, type GuardRule } from "./options.ts";
import { holdsSecret } from "./secrets.ts";

/** One value that may not leave. Says where it stands and why, never what it is. */
export interface Refusal {
  /** Name of the property or member; null where the value has none, or a name that is no plain word. */
  readonly property: string | null;
  readonly rule: GuardRule;
  /** Its position in the `inputs` of a batch; null outside of one. */
  readonly input: number | null;
}

export interface Guard {
  /** Everything in a body that may not leave; empty when it may. Errors: INPUT_INVALID for one nested without end. */
  check(body: unknown): readonly Refusal[];
  /** Whether a piece of text holds a secret or a card number: for values without a name, such as a file's lines. */
  checkText(text: string, name?: string): readonly Refusal[];
}

interface Names {
  readonly denied: boolean;
  /** Named like several secrets: a count of them may pass. */
  readonly many: boolean;
  readonly secrets: boolean;
  readonly cards: boolean;
}

/** Names seen so far, with the rules that apply to them: portals have hundreds, and a stream of made-up ones must not fill memory. */
const mostNames = 5_000;
const deepest = 32;
/** Says nothing about anybody, so it may stand under any name. */
const plain = /^(?:true|false|yes|no|0|1)?$/i;
/** How many of something. Shorter than any secret. */
const someCount = /^\d{1,3}$/;

/**
 * Looks at values before they leave for HubSpot. Pure but for the names it remembers. `own` are this instance's tokens
 * and keys. Errors: CONFIG_INVALID.
 */
export function createGuard(options: GuardOptions = {}, own: readonly string[] = []): Guard {
  const { deny, allow, secrets } = checkGuardOptions(options);
  const isDenied = nameMatcher(deny);
  const allowed = (["DENIED_PROPERTY", "SECRET", "CARD_NUMBER"] as const).map((rule) =>
    nameMatcher(Object.keys(allow).filter((name) => allow[name]?.includes(rule))),
  );
  const texts = [...new Set([...secrets, ...own.filter((one) => one.length >= 8)])];
  const known = new Map<string, Names>();

  function rulesFor(name: string): Names {
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const word = plainName(name);
    const [denied, secret, card] = allowed.map((matches) => matches(word));
    const rules = {
      denied: isDenied(word) || (isDeniedByDefault(word) && denied !== true),
      many: isPluralOfDenied(word) && denied !== true,
      secrets: secret !== true,
      // HubSpot's own ids are digits and nothing else.
      cards: card !== true && !/^id$|[a-z]Ids?$/.test(name),
    };
    if (known.size < mostNames) known.set(name, rules);
    return rules;
  }

  function checkValue(name: string, text: string, input: number | null, found: Refusal[]): void {
    if (text === "") return;
    const rules = rulesFor(name);
    const property = /^[\w.-]{1,100}$/.test(name) ? name : null;
    const refuse = (rule: GuardRule) => found.push({ property, rule, input });
    const named = rules.denied || (rules.many && !someCount.test(text));
    if (named && !plain.test(text)) refuse("DENIED_PROPERTY");
    else if (rules.secrets && holdsSecret(text, texts)) refuse("SECRET");
    else if (rules.cards && holdsCardNumber(text)) refuse("CARD_NUMBER");
  }

  function walk(name: string, value: unknown, input: number | null, depth: number, found: Refusal[]): void {
    if (typeof value === "string") checkValue(name, value, input, found);
    else if (typeof value === "number" || typeof value === "bigint") checkValue(name, String(value), input, found);
    // JSON writes `new String("…")` as the text it holds.
    else if (value instanceof String || value instanceof Number) checkValue(name, String(value), input, found);
    if (typeof value !== "object" || value === null || value instanceof String) return;
    if (ArrayBuffer.isView(value)) {
      // JSON writes bytes as a number each.
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      checkValue(name, new TextDecoder().decode(bytes), input, found);
      return;
    }
    if (depth > deepest) {
      throw new HubspokeError("INPUT_INVALID", `INPUT_INVALID: a body is nested more than ${deepest} levels deep`);
    }
    if (Array.isArray(value)) {
      const batch = depth === 1 && name === "inputs";
      for (let i = 0; i < value.length; i++) walk(name, value[i], batch ? i : input, depth + 1, found);
      return;
    }
    // What JSON.stringify will make of it is what leaves.
    if (typeof (value as { toJSON?: unknown }).toJSON === "function") {
      walk(name, (value as { toJSON(): unknown }).toJSON(), input, depth + 1, found);
      return;
    }
    const entry = value as Readonly<Record<string, unknown>>;
    for (const key in entry) walk(nameOf(entry, key), entry[key], input, depth + 1, found);
    // A column of an import: the values are in its file, which does not say what they are.
    const { columnName, propertyName } = entry;
    if (columnName !== undefined && typeof propertyName === "string" && rulesFor(propertyName).denied) {
      found.push({ property: propertyName, rule: "DENIED_PROPERTY", input });
    }
  }

  return {
    check(body) {
      const found: Refusal[] = [];
      walk("", body, null, 0, found);
      return found;
    },
    checkText(text, name = "") {
      const found: Refusal[] = [];
      checkValue(name, text, null, found);
      return found;
    },
  };
}

/** `{ name: "…", value: "…" }` is a property of that name, and an upsert's `id` is a value of its `idProperty`. */
function nameOf(entry: Readonly<Record<string, unknown>>, key: string): string {
  const name =
    key === "id" ? entry.idProperty : key === "value" || key === "values" ? (entry.name ?? entry.property) : undefined;
  return typeof name === "string" && name !== "" ? name : key;
}
