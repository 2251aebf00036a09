import { HubspokeError } from "@hubspoke/core/errors";
import { paths } from "./project.ts";
import { type Group, groups, type Subscription } from "./subscriptions.ts";

/** As much of the app's file as is compared; everything else in it is the developer's. */
export interface AppFile {
  readonly auth: string;
  readonly redirectUrls: readonly string[];
  readonly requiredScopes: readonly string[];
  /** Optional and conditionally required ones. */
  readonly otherScopes: readonly string[];
}

export interface WebhooksFile {
  readonly targetUrl: string;
  /** Those that are active. */
  readonly subscriptions: Readonly<Record<Group, readonly Subscription[]>>;
}

/** INPUT_INVALID naming the file and the place, never a value. */
export function readApp(text: string): AppFile {
  const auth = reader(paths.app, text).in("config").in("auth");
  return {
    auth: auth.text("type"),
    redirectUrls: auth.texts("redirectUrls"),
    requiredScopes: auth.texts("requiredScopes"),
    otherScopes: [...auth.texts("optionalScopes"), ...auth.texts("conditionallyRequiredScopes")],
  };
}

/** INPUT_INVALID naming the file and the place, never a value. */
export function readWebhooks(text: string): WebhooksFile {
  const config = reader(paths.webhooks, text).in("config");
  const subscriptions = config.in("subscriptions");
  const of = (group: Group): readonly Subscription[] =>
    subscriptions.list(group).flatMap((one) => (one.value.active === false ? [] : [subscriptionIn(one)]));
  const [crmObjects, legacyCrmObjects, hubEvents] = groups.map(of);
  return {
    targetUrl: config.in("settings").text("targetUrl"),
    subscriptions: {
      crmObjects: crmObjects ?? [],
      legacyCrmObjects: legacyCrmObjects ?? [],
      hubEvents: hubEvents ?? [],
    },
  };
}

function subscriptionIn(one: Reader): Subscription {
  return {
    subscriptionType: one.text("subscriptionType"),
    ...("objectType" in one.value ? { objectType: one.text("objectType") } : {}),
    ...("propertyName" in one.value ? { propertyName: one.text("propertyName") } : {}),
  };
}

/** One object of a file, and where it stands there. */
interface Reader {
  readonly value: Readonly<Record<string, unknown>>;
  in(key: string): Reader;
  text(key: string): string;
  /** Empty where there is none. */
  texts(key: string): readonly string[];
  list(key: string): readonly Reader[];
}

function reader(file: string, text: string): Reader {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new HubspokeError("INPUT_INVALID", `${file} is not JSON`, { unsafe: error, details: { file } });
  }
  return readerAt(file, "", json);
}

function readerAt(file: string, place: string, value: unknown): Reader {
  const wrong = (key: string, what: string): HubspokeError => {
    const where = [place, key].filter((part) => part !== "").join(".");
    return new HubspokeError("INPUT_INVALID", `${file}: ${where === "" ? "it" : where} must be ${what}`, {
      details: { file, place: where },
    });
  };
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("", "an object");
  const object = value as Readonly<Record<string, unknown>>;
  const below = (key: string): string => (place === "" ? key : `${place}.${key}`);
  const listAt = (key: string): readonly unknown[] => {
    const list = object[key] ?? [];
    if (!Array.isArray(list)) throw wrong(key, "a list");
    return list as readonly unknown[];
  };
  return {
    value: object,
    in: (key) => readerAt(file, below(key), object[key]),
    text(key) {
      const text = object[key];
      if (typeof text !== "string") throw wrong(key, "a text");
      return text;
    },
    texts: (key) =>
      listAt(key).map((one) => {
        if (typeof one !== "string") throw wrong(key, "a list of texts");
        return one;
      }),
    list: (key) => listAt(key).map((one, i) => readerAt(file, `${below(key)}.${i}`, one)),
  };
}
