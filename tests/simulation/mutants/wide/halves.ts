import type { Mutant } from "../mutant.ts";
import { answers, network } from "../plant.ts";

const [first, second] = ["address", "state"] as const;

/** A field of two properties, of which one is seen. */
export const ofHalves: readonly Mutant[] = [
  network("of two properties only the first is written", () => async (request, transport) => {
    if (typeof request.body !== "string" || !/\/batch\/(?:create|update)$/.test(new URL(request.url).pathname))
      return transport.send(request);
    const body = JSON.parse(request.body) as { inputs: { properties: Record<string, string> }[] };
    for (const { properties } of body.inputs) if (first in properties) delete properties[second];
    return transport.send({ ...request, body: JSON.stringify(body) });
  }),
  answers("the history of two properties is the first one's", /\/batch\/read$/, (body) => ({
    ...body,
    results: (body.results ?? []).map(({ propertiesWithHistory, ...record }) => {
      const { [second]: _, ...histories } = (propertiesWithHistory ?? {}) as Record<string, unknown>;
      return propertiesWithHistory === undefined ? record : { ...record, propertiesWithHistory: histories };
    }),
  })),
];
