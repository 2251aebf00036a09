import type { EpochMs } from "../ports/ids.ts";

/** A record that has the unique value of a create whose answer was lost. */
export interface FoundRecord {
  /** By HubSpot's clock; null where it does not say. */
  readonly createdAt: EpochMs | null;
  /** What wrote it first: `INTEGRATION`, `CRM_UI` …; null where HubSpot does not say. */
  readonly madeBy: string | null;
  /** Values as they were first written, or as they are where no history was had. */
  readonly values: Readonly<Record<string, string | null>>;
}

/** What the look-up for one lost create gave: a record, none, or an error. */
export type LookUp = FoundRecord | "absent" | "failed";

export interface LostCreate {
  readonly values: Readonly<Record<string, string>>;
  /** By HubSpot's clock, never later than it was. */
  readonly sentAt: EpochMs;
  /** How often it was sent so far. */
  readonly sends: number;
  /** HubSpot has since refused to create it again, because its unique value is taken. */
  readonly refused: boolean;
  /** Another input of the same call was found to be this very record. */
  readonly claimed: boolean;
}

export type Resolution =
  /** The record is the one that was sent. */
  | "created"
  /** The value was taken already: nothing of ours was created. */
  | "existed"
  /** Nothing was created so far. Sent again it can become one record, never two: HubSpot refuses a taken value. */
  | "send-again"
  /** It can not be told. */
  | "unknown";

/** Sends of one record, the first included. */
const mostSends = 3;
/** What HubSpot's clock may show less than it did: its `Date` header counts whole seconds. */
const clockSlackMs = 2_000;

/**
 * What became of a create whose answer was lost, by a look-up of its unique value. Pure.
 *
 * A create on a taken value is refused, so a record that has it either is ours or was in our way. It was in our way when
 * it is older than the request, or was first written by a person or an import. It is ours when it came into being since
 * and began with the values that were sent. A record made at that time with other values may be either.
 */
export function resolveLost(lost: LostCreate, found: LookUp): Resolution {
  if (found === "failed") return "unknown";
  if (found === "absent") {
    // It was refused for a value of its own that another record has, and nothing has the one it is looked up by.
    if (lost.refused) return "existed";
    return lost.sends < mostSends ? "send-again" : "unknown";
  }
  if (lost.claimed || isByOthers(found.madeBy)) return "existed";
  if (found.createdAt === null) return "unknown";
  if (found.createdAt < lost.sentAt - clockSlackMs) return "existed";
  return beganWith(found.values, lost.values) ? "created" : "unknown";
}

/** Sources of a property's first version that no API call has. Others may be new names for one, and prove nothing. */
const notByApi =
  /^(CRM_UI|CRM_UI_BULK_ACTION|IMPORT|FORM|CONTACTS_WEB|CONVERSATIONS|MOBILE_IOS|MOBILE_ANDROID|MERGE_OBJECTS|CLONE_OBJECTS|AUTOMATION_PLATFORM|EMAIL|EMAIL_INTEGRATION|GMAIL_INTEGRATION)$/;

function isByOthers(source: string | null): boolean {
  return source !== null && notByApi.test(source);
}

function beganWith(values: FoundRecord["values"], sent: LostCreate["values"]): boolean {
  return Object.keys(sent).every((name) => means(values[name] ?? "", sent[name] ?? ""));
}

/** Whether HubSpot may have made `stored` of `sent`: it changes case, spaces, punctuation of phones, and forms of numbers and times. */
function means(stored: string, sent: string): boolean {
  if (stored === sent) return true;
  const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  if (letters(stored) !== "" && letters(stored) === letters(sent)) return true;
  if (stored.trim() === "" || sent.trim() === "") return stored.trim() === sent.trim();
  return Number(stored) === Number(sent) || (timeOf(stored) !== null && timeOf(stored) === timeOf(sent));
}

function timeOf(text: string): number | null {
  const at = /^\d{11,14}$/.test(text) ? Number(text) : /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
