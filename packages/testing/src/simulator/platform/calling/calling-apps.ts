import { ApiError, objectNotFound, validationError } from "../../base/api-error.ts";
import { textOf } from "../../base/text-of.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The parts of an app's calling extension; each is set on its own. */
export type CallingPart = "settings" | "recording" | "channel-connection";

export interface CallingExtension {
  readonly fields: Fields;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What each field is; required ones have no default. */
const FIELDS: Readonly<Record<CallingPart, Readonly<Record<string, unknown>>>> = {
  settings: {
    name: undefined,
    url: undefined,
    width: 400,
    height: 600,
    isReady: true,
    supportsCustomObjects: false,
    supportsInboundCalling: false,
    usesRemote: false,
    usesCallingWindow: true,
  },
  recording: { urlToRetrieveAuthedRecording: undefined },
  "channel-connection": { url: undefined, isReady: undefined },
};

/** By app and part. */
export type SavedCalling = readonly (readonly [string, CallingExtension])[];

/** The calling extensions of every app (hubspot-facts §7.6). */
export class CallingApps {
  readonly #parts: Map<string, CallingExtension> = new Map();

  find(appId: number, part: CallingPart): CallingExtension | undefined {
    return this.#parts.get(`${appId}/${part}`);
  }

  get(appId: number, part: CallingPart): CallingExtension {
    const kept = this.find(appId, part);
    if (kept === undefined) throw objectNotFound(`App ${appId} has no calling ${part}`);
    return kept;
  }

  create(appId: number, part: CallingPart, body: Fields, now: number): CallingExtension {
    if (this.find(appId, part) !== undefined) {
      throw new ApiError(409, `App ${appId} has calling ${part} already`, { category: "CONFLICT" });
    }
    return this.#keep(appId, part, { ...FIELDS[part], ...known(part, body) }, now, now);
  }

  change(appId: number, part: CallingPart, body: Fields, now: number): CallingExtension {
    const { fields, createdAt } = this.get(appId, part);
    return this.#keep(appId, part, { ...fields, ...known(part, body) }, createdAt, now);
  }

  delete(appId: number, part: CallingPart): void {
    this.get(appId, part);
    this.#parts.delete(`${appId}/${part}`);
  }

  save(): SavedCalling {
    return [...this.#parts];
  }

  load(saved: SavedCalling): void {
    for (const [key, kept] of saved) this.#parts.set(key, kept);
  }

  #keep(appId: number, part: CallingPart, fields: Fields, createdAt: number, updatedAt: number): CallingExtension {
    const missing = Object.keys(FIELDS[part]).filter((name) => fields[name] === undefined);
    if (missing.length > 0) throw validationError(`Some required fields were not set: ${missing.join(", ")}`);
    const url = fields.url ?? fields.urlToRetrieveAuthedRecording;
    if (!/^https:\/\//.test(textOf(url))) throw validationError(`Not an https address: ${textOf(url)}`);
    // HubSpot puts the call's external id where the %s is.
    if (part === "recording" && !textOf(url).includes("%s")) {
      throw validationError("urlToRetrieveAuthedRecording must contain %s");
    }
    const kept = { fields, createdAt, updatedAt };
    this.#parts.set(`${appId}/${part}`, kept);
    return kept;
  }
}

function known(part: CallingPart, body: Fields): Fields {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name in FIELDS[part]));
}
