import { type HubSpotError, HubSpotNotFoundError, HubSpotValidationError } from "../../errors/hubspot-errors.ts";
import type { BatchOutcome } from "../../model/record.ts";
import { chunk } from "../../util/chunk.ts";
import { forEachLimited } from "../chunks.ts";
import type { UpdateOptions } from "../objects-api.ts";
import { endStopped, failureOf, itemFailure } from "../outcomes.ts";
import { requireId } from "../typed-records.ts";
import { leadsNowhere } from "../wire.ts";
import { type Link, type LinkedRecord, linkedRecord, wireType } from "./association-wire.ts";
import type { Fields } from "./fields.ts";
import type { Rest } from "./rest.ts";

export type WriteKind = "link" | "unlink";

export interface Pair {
  readonly from: string;
  readonly to: string;
  readonly options: UpdateOptions | undefined;
}

interface Numbered {
  readonly index: number;
  readonly link: Link;
}

/** Inputs of one call (hubspot-facts §2.3: 2,000). */
const most = 2_000;
const batch = "/crm/associations/{version}/{fromType}/{toType}/batch";
const paths = {
  link: { default: `POST ${batch}/associate/default`, typed: `POST ${batch}/create` },
  unlink: { default: `POST ${batch}/archive`, typed: `POST ${batch}/labels/archive` },
} as const;

/** The associations of up to 1,000 records, every page of each. */
export async function readLinks(
  rest: Rest,
  pair: Pair,
  ids: readonly string[],
  found: (id: string, link: LinkedRecord) => void,
): Promise<void> {
  let inputs: readonly { readonly id: string; readonly after?: string }[] = ids.map((id) => ({ id }));
  while (inputs.length > 0) {
    const asked = new Map(inputs.map(({ id, after }) => [id, after]));
    const answer = await rest.call(`POST ${batch}/read`, { ...request(pair), body: { inputs } });
    const more: { id: string; after: string }[] = [];
    for (const result of answer.objects("results")) {
      const id = result.object("from").id();
      for (const entry of result.objects("to")) found(id, linkedRecord(entry));
      const after = result.object("paging").object("next").idOrNull("after");
      if (after !== null && after === asked.get(id)) throw leadsNowhere(`POST ${batch}/read`);
      if (after !== null) more.push({ id, after });
    }
    inputs = more;
  }
}

/** Adds or removes any number of associations; every one has an outcome. Repeating either changes nothing. */
export async function writeLinks(
  rest: Rest,
  kind: WriteKind,
  pair: Pair,
  links: readonly Link[],
): Promise<BatchOutcome<Link>[]> {
  for (const { fromId, toId } of links) {
    requireId(fromId);
    requireId(toId);
  }
  const outcomes: BatchOutcome<Link>[] = new Array(links.length);
  const numbered = links.map((link, index): Numbered => ({ index, link }));
  try {
    for (const form of ["default", "typed"] as const) {
      const group = numbered.filter(({ link }) => (link.types === undefined) === (form === "default"));
      await forEachLimited(chunk(group, most), async (part) => {
        for (const outcome of await writeChunk(rest, paths[kind][form], pair, part)) outcomes[outcome.index] = outcome;
      });
    }
  } catch (error) {
    endStopped(outcomes, error);
  }
  return outcomes;
}

async function writeChunk(
  rest: Rest,
  route: (typeof paths)[WriteKind]["default" | "typed"],
  pair: Pair,
  part: readonly Numbered[],
): Promise<BatchOutcome<Link>[]> {
  const inputs = part.map(({ link }) => wireLink(route, link));
  try {
    const answer = await rest.call(route, { ...request(pair), body: { inputs }, effect: "update" });
    return attributed(answer, part);
  } catch (error) {
    return part.map(({ index }) => failureOf(index, error) ?? rethrow(error));
  }
}

/** Errors name no input: as many as there are go to the inputs that no result answers. Which one gets which matters little. */
function attributed(answer: Fields, part: readonly Numbered[]): BatchOutcome<Link>[] {
  const errors = answer.objects("errors").map(({ raw }) => raw);
  const done = new Set(answer.objects("results").map(pairOf));
  return part.map(({ index, link }) => {
    if (errors.length === 0 || done.has(`${link.fromId} ${link.toId}`)) return { index, ok: true, value: link };
    const failed = itemFailure(index, errors[0]);
    return { ...failed, error: refusal(failed.code, link) };
  });
}

function refusal(code: string, { fromId, toId }: Link): HubSpotError {
  const pair = `${fromId} and ${toId}`;
  return code === "NOT_FOUND"
    ? new HubSpotNotFoundError(`NOT_FOUND: HubSpot does not have both records of the pair ${pair}`, { status: 207 })
    : new HubSpotValidationError(
        "VALIDATION_FAILED",
        `VALIDATION_FAILED: HubSpot refused the pair ${pair}; check that the association type belongs to their objects`,
        { status: 207 },
      );
}

function pairOf(result: Fields): string {
  const from = result.idOrNull("fromObjectId") ?? result.object("from").idOrNull("id");
  const to = result.idOrNull("toObjectId") ?? result.object("to").idOrNull("id");
  return `${from} ${to}`;
}

/** Removing everything takes a list of targets (hubspot-facts §1.4). */
function wireLink(route: string, { fromId, toId, types }: Link): unknown {
  const base = { from: { id: fromId }, to: route === paths.unlink.default ? [{ id: toId }] : { id: toId } };
  return types === undefined ? base : { ...base, types: types.map(wireType) };
}

function request({ from, to, options }: Pair): {
  about: string;
  path: Record<string, string>;
  options: Pair["options"];
} {
  return { about: from, path: { fromType: from, toType: to }, options };
}

function rethrow(error: unknown): never {
  throw error;
}
