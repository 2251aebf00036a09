import type { TransportRequest } from "@hubspoke/core/ports";
import { pathOf } from "../base/path.ts";
import type { Process } from "./process.ts";

const writes = /\/batch\/(?:create|update)$/;
const looks = /\/batch\/read$|\/search$/;

/**
 * A write without an answer may have happened: before anybody sends it again, somebody has to look (with history, where
 * the record was there before); and what was made is not made again. Hears of every request on its way and of every
 * answer. What a process had decided before it stood still, or noted that it sends, is not sent again because another one
 * sent the same meanwhile, however late it goes out.
 */
export class Repeats {
  /** Who was told that it was made. */
  readonly #made = new Map<string, Process>();
  readonly #lost = new Map<string, { readonly by: Process; readonly at: number }>();
  readonly #problems: string[];
  readonly #now: () => number;

  /** `now`: a number that grows with everything that happens. */
  constructor(problems: string[], now: () => number) {
    this.#problems = problems;
    this.#now = now;
  }

  sent(request: TransportRequest, by: Process): void {
    const pathname = pathOf(request.url);
    for (const input of inputsOf(request, pathname)) {
      if (this.#made.get(input) === by) this.#problems.push(`made twice: ${pathname} ${input}`);
      const lost = this.#lost.get(input);
      const isOnItsWay = lost !== undefined && lost.by !== by && (by.stoodStillAt(lost.at) || by.hadDecidedBy(lost.at));
      if (lost === undefined || isOnItsWay) continue;
      this.#problems.push(`sent again without a look: ${pathname} ${input}`);
    }
    if (writes.test(pathname)) by.sent();
  }

  answered(request: TransportRequest, to: Process, status: number): void {
    const pathname = pathOf(request.url);
    if (status === 201) for (const input of inputsOf(request, pathname)) this.#made.set(input, to);
    if (!looks.test(pathname)) return;
    // What was found is not told apart: one look is enough, for the engine looks at what it has open.
    this.#lost.clear();
    this.#made.clear();
    to.looked();
  }

  /** Of databases that are older now: with their intents went whatever told of these, and a listing says what became of them. */
  forget(): void {
    this.#lost.clear();
  }

  lost(request: TransportRequest, by: Process): void {
    for (const input of inputsOf(request, pathOf(request.url))) this.#lost.set(input, { by, at: this.#now() });
  }
}

function inputsOf({ body }: TransportRequest, pathname: string): readonly string[] {
  if (!writes.test(pathname)) return [];
  const { inputs } = JSON.parse(body as string) as { inputs: { id?: string; properties: object }[] };
  return inputs.map(({ id = "new", properties }) => `${id} ${JSON.stringify(properties)}`);
}
