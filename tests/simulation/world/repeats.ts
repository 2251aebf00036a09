import type { TransportRequest } from "@hubspoke/core/ports";
import { pathOf } from "../base/path.ts";

const writes = /\/batch\/(?:create|update)$/;
const looks = /\/batch\/read$|\/search$/;

/**
 * A write without an answer may have happened: before anybody sends it again, somebody has to look (with history, where
 * the record was there before). Hears of every request on its way and of every answer that was lost.
 */
export class Repeats {
  readonly #lost = new Set<string>();
  readonly #problems: string[];

  constructor(problems: string[]) {
    this.#problems = problems;
  }

  sent(request: TransportRequest): void {
    const pathname = pathOf(request.url);
    for (const input of inputsOf(request, pathname))
      if (this.#lost.has(input)) this.#problems.push(`sent again without a look: ${pathname} ${input}`);
  }

  answered(request: TransportRequest): void {
    const pathname = pathOf(request.url);
    // What was found is not told apart: one look is enough, for the engine looks at what it has open.
    if (looks.test(pathname)) this.#lost.clear();
  }

  lost(request: TransportRequest): void {
    for (const input of inputsOf(request, pathOf(request.url))) this.#lost.add(input);
  }
}

function inputsOf({ body }: TransportRequest, pathname: string): readonly string[] {
  if (!writes.test(pathname)) return [];
  const { inputs } = JSON.parse(body as string) as { inputs: { id?: string; properties: object }[] };
  return inputs.map(({ id = "new", properties }) => `${id} ${JSON.stringify(properties)}`);
}
