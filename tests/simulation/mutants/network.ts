import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import type { TransportRequest } from "@hubspoke/core/ports";
import type { Mutant } from "./mutant.ts";
import { answers, network } from "./plant.ts";

const isWrite = ({ url }: TransportRequest): boolean =>
  /\/batch\/(?:create|update|archive)$/.test(new URL(url).pathname);

/** A window that begins after the newest change instead of well before it: what the index shows late is never seen. */
const afterTheNewest = network("GT: the search begins after the newest change that it ever saw", () => {
  let newest = 0;
  return async (request, transport) => {
    const since = /"operator":"GTE","value":"\d+"/;
    if (typeof request.body !== "string" || !since.test(request.body)) return transport.send(request);
    const body = newest === 0 ? request.body : request.body.replace(since, `"operator":"GT","value":"${newest}"`);
    const response = await transport.send({ ...request, body });
    const seen = [...response.text.matchAll(/"lastmodifieddate":"([^"]+)"/g)].map(([, at]) => Date.parse(at ?? ""));
    newest = Math.max(newest, ...seen);
    return response;
  };
});

export const atTheNetwork: readonly Mutant[] = [
  afterTheNewest,
  answers("the history check sees no history", /\/batch\/read$/, (body) => ({
    ...body,
    results: (body.results ?? []).map(({ propertiesWithHistory: _, ...record }) => ({
      ...record,
      propertiesWithHistory: {},
    })),
  })),
  answers("history knows only the newest version", /\/batch\/read$/, (body) => ({
    ...body,
    results: (body.results ?? []).map((record) => ({
      ...record,
      propertiesWithHistory: Object.fromEntries(
        Object.entries((record.propertiesWithHistory ?? {}) as Record<string, unknown[]>).map(
          ([property, versions]) => [property, versions.slice(0, 1)],
        ),
      ),
    })),
  })),
  network("an unknown outcome is taken for a refusal to connect", () => async (request, transport) => {
    try {
      return await transport.send(request);
    } catch (error) {
      if (!isHubspokeError(error) || !isWrite(request)) throw error;
      throw new HubspokeError("NETWORK_FAILED", "the connection was refused", { details: { sent: false } });
    }
  }),
  network("a write that timed out is taken for done", () => async (request, transport) => {
    try {
      return await transport.send(request);
    } catch (error) {
      if (!isHubspokeError(error) || !request.url.endsWith("/batch/update")) throw error;
      const { inputs } = JSON.parse(request.body as string) as { inputs: { id: string; properties: unknown }[] };
      const at = "2026-11-20T12:00:00.000Z";
      const results = inputs.map(({ id, properties }) => ({
        id,
        properties,
        createdAt: at,
        updatedAt: at,
        archived: false,
      }));
      return { status: 200, headers: {}, text: JSON.stringify({ status: "COMPLETE", results }) };
    }
  }),
  answers("the errors of a 207 are ignored", /\/batch\//, ({ errors: _, numErrors: __, ...body }) => body),
  answers("the full list leaves out its last record", /\/objects\/[^/]+\/contacts$/, (body) => ({
    ...body,
    results: (body.results ?? []).slice(0, -1),
  })),
  network("HubSpot is told of every write twice", () => async (request, transport) => {
    if (request.url.endsWith("/batch/create")) await transport.send(request);
    return transport.send(request);
  }),
];
