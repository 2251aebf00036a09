const core = "packages/core/src";
const here = "tests/security-checklist.test.ts";
const made = "tests/security.test.ts";

/**
 * The security checklist, number by number, and the tests that hold it: a file and a piece of a test's title. A number
 * without a test, and a title that is gone, fail.
 */
export const securityChecklist: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  "S1 AES-256-GCM with whole tags": [
    [`${core}/platform/cipher.test.ts`, "S1: NIST GCM vector"],
    [`${core}/platform/cipher.test.ts`, "S1: a tag cut to 0–15 bytes"],
  ],
  "S2 bound to its place": [
    [`${core}/crypto/sealer.test.ts`, "S2"],
    [`${core}/crypto/encode-parts.test.ts`, "S2"],
  ],
  "S3 rotation in a fleet of mixed versions": [
    ["tests/key-rotation.test.ts", "add, roll out, make primary, retire"],
    ["tests/key-rotation.test.ts", "going back to a former key is a rotation like any other"],
    ["tests/key-rotation.test.ts", "disagree about the current key move no row to and fro"],
    ["tests/key-rotation.test.ts", "rotate to different keys neither of which knows the other's destroy nothing"],
    ["tests/webhook-values.test.ts", "wait for a key that was retired too early"],
  ],
  "S4 unknown keys fail closed": [
    [`${core}/crypto/sealer.test.ts`, "S4"],
    ["tests/bad-input.test.ts", "a sealed value whose key is gone is KEY_UNKNOWN"],
  ],
  "S5 no IV twice": [[`${core}/crypto/sealer.test.ts`, "S5"]],
  "S6 blind indexes": [[`${core}/crypto/keyed-hash.test.ts`, "S6"]],
  "S7 no plaintext at rest": [
    ["tests/privacy.test.ts", "hold no name, number, address or token of anybody"],
    ["tests/webhook-values.test.ts", "and are in no file or log"],
    ["packages/storage-postgres/test/postgres/secrecy.test.ts", "S7: the log, the files and a dump of the server"],
  ],
  "S8 where the token goes": [
    ["tests/client-network.test.ts", "goes to the configured host only: a redirect is refused"],
    [`${core}/oauth/pure.test.ts`, "no version's endpoint has a token or secret in its path"],
  ],
  "S9 OAuth state": [
    [`${core}/oauth/login-states.test.ts`, "has a new state of 256 bits each time"],
    [`${core}/oauth/login-states.test.ts`, "the second time, in whichever process"],
    [`${core}/oauth/login-states.test.ts`, "after ten minutes"],
    [`${core}/oauth/login-states.test.ts`, "for another tenant than the one it was begun for"],
    ["tests/oauth-connect.test.ts", "finishes a login only in the browser that began it"],
  ],
  "S10 exact redirect, one exchange": [
    [`${core}/oauth/login-states.test.ts`, "when the redirect URI was changed meanwhile"],
    [`${core}/oauth/connector.test.ts`, "is exchanged once, however many callbacks bring it"],
  ],
  "S11 one refresh over all processes": [
    ["tests/oauth.test.ts", "over 50 connections to one database is one refresh"],
    ["tests/oauth.test.ts", "twenty want a token and the process that holds the lease is killed in mid-call"],
  ],
  "S12 least scopes": [[`${core}/oauth/pure.test.ts`, "surplus and missing scopes are told apart"]],
  "S13 signatures over raw bytes": [
    [`${core}/webhooks/signature.test.ts`, "any change of body, address or time breaks v3"],
    [`${core}/webhooks/handle-request.test.ts`, "v1 only where it is opted into"],
  ],
  "S14 the public address is configured": [
    [`${core}/webhooks/handle-request.test.ts`, "the address comes from configuration: forged hosts"],
  ],
  "S15 replays": [
    [`${core}/webhooks/signature.test.ts`, "timestamps"],
    [`${core}/webhooks/handle-request.test.ts`, "the same delivery twice, and the same event twice in one body"],
  ],
  "S16 comparisons in constant time": [
    [`${core}/webhooks/signature.test.ts`, "arbitrary headers never throw"],
    [here, "S16: no digest, signature or token is compared by an operator"],
  ],
  "S17 a body that was read before": [
    [`${core}/webhooks/handle-request.test.ts`, "a body that was read before is 500, says what to do"],
    ["packages/hono/test/hono-router.test.ts", "a body that was read before"],
  ],
  "S18 caps: 8 MB, depth, time": [
    [`${core}/webhooks/handle-request.test.ts`, "too large by its own word is refused unread"],
    [`${core}/webhooks/handle-request.test.ts`, "a body that never ends in time is given up"],
    [`${core}/webhooks/parse.test.ts`, "depth is counted as a parser would"],
    [`${core}/webhooks/options.test.ts`, "defaults"],
  ],
  "S19 a payload is a hint": [[`${core}/webhooks/dispatch.test.ts`, "a portal no tenant is pinned to writes nothing"]],
  "S20 tenants apart": [
    ["packages/storage-sqlite/test/plans.test.ts", "every statement on a tenant's table names the tenant"],
    [`${core}/oauth/connection.test.ts`, "a row of one tenant opens for no other"],
    [made, "S20"],
    ["packages/storage-postgres/test/postgres/row-level-security.test.ts", "S20: with row-level security"],
  ],
  "S21 no request into the own network": [
    [`${core}/download/public-address.test.ts`, "S21"],
    [`${core}/platform/file-fetchers.test.ts`, "S21: a name that changes its meaning"],
    [`${core}/platform/file-fetchers.test.ts`, "S21: over a live name server"],
  ],
  "S22 nothing in logs and errors": [
    [`${core}/oauth/secrecy.test.ts`, "no secret shows in an error, log, alert, page, address or the store"],
    ["tests/privacy.test.ts", "hold no name, number, address or token of anybody"],
    [made, "S22"],
  ],
  "S23 log injection": [
    [`${core}/webhooks/reduce-event.test.ts`, "line breaks, escapes and personal data never pass as names"],
    [`${core}/http/error-from-response.test.ts`, "shows nothing of what a hostile body holds in its fields"],
  ],
  "S24 prototypes": [
    [`${core}/webhooks/reduce-event.test.ts`, "inherited names are not read and nothing is polluted"],
    [made, "S24"],
  ],
  "S25 SQL": [[made, "S25"]],
  "S26 time per input": [
    [`${core}/phone/parse.test.ts`, "S26"],
    [`${core}/guard/secrets.test.ts`, "S26"],
  ],
  "S27 privacy deletion": [
    ["tests/privacy.test.ts", "is the same when HubSpot announces a privacy deletion"],
    ["tests/erasure-races.test.ts", "writes after every table was gone through, goes minutes later"],
    ["tests/erasure-races.test.ts", "a job that is being done while its person is erased"],
    ["tests/erasure-races.test.ts", "an event about the person that arrives while the inbox is gone through"],
    ["tests/webhook-values.test.ts", "of a person go with the erasure"],
  ],
  "S28 retention": [["tests/privacy-rows.test.ts", "removes what is too old and keeps the rest"]],
  "S29 fail safe": [
    [`${core}/webhooks/handle-request.test.ts`, "nothing is acknowledged before record has returned"],
    [`${core}/webhooks/handle-request.test.ts`, "a key that is missing is not 2xx either"],
    [`${core}/directory/directory-trouble.test.ts`, "keys that cannot be had stop everything before HubSpot is asked"],
    [`${core}/directory/degradation.test.ts`, "one alert, what is known is served"],
  ],
  "S30 supply chain: seven dependencies": [
    ["tests/exports.test.ts", "core has at most seven runtime dependencies"],
    ["tests/exports.test.ts", "without install scripts"],
  ],
  "S31 no simulator in what is published": [[here, "S31"]],
  "S32 two client secrets during a rotation": [
    [
      `${core}/webhooks/handle-request.test.ts`,
      "during a rotation both secrets are good, afterwards the old one is not",
    ],
  ],
};
