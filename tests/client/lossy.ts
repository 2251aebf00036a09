import { type Hubspoke, HubspokeError, type HubspokeOptions } from "@hubspoke/core";
import type { Clock, Transport } from "@hubspoke/core/ports";
import { client, type World } from "./bed.ts";

export type Bed = World & { readonly hubspoke: Hubspoke; readonly hs: ReturnType<Hubspoke["client"]> };

/** A client that gives up on an answer after thirty seconds, and knows its portal. `off`: its clock is, and HubSpot says the time. */
export async function bed(
  options: Partial<HubspokeOptions> = {},
  { off }: { readonly off?: number } = {},
): Promise<Bed> {
  const transport: Transport = {
    async send({ url, method, headers, body, signal }) {
      if (signal?.aborted === true) throw new HubspokeError("ABORTED", "aborted", { details: { sent: true } });
      const late = made.clock.sleep(30_000).then(() => {
        throw new HubspokeError("TIMEOUT", "no answer in time", { details: { sent: true } });
      });
      const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
      const response = await Promise.race([made.simulator.fetch(url, init), late]);
      const answered = Object.fromEntries(response.headers);
      const date = off === undefined ? {} : { date: new Date(made.clock.now()).toUTCString() };
      return { status: response.status, headers: { ...answered, ...date }, text: await response.text() };
    },
    close: async () => {},
  };
  const clock: Clock = {
    now: () => made.clock.now() + (off ?? 0),
    sleep: (ms) => made.clock.sleep(ms),
  };
  const made: Bed = client({ latency: 80 }, { transport, clock, ...options });
  await made.drive(made.hs.accountInfo());
  return made;
}

/** What went to HubSpot since then. */
export function since({ simulator }: Bed): () => string[] {
  const from = simulator.calls.length;
  return () => simulator.calls.slice(from).map(({ method, path }) => `${method} ${path}`);
}

export const emails = ({ simulator }: Bed): (string | undefined)[] =>
  simulator
    .portal()
    .contacts.list()
    .map(({ properties }) => properties.email);

export const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no error",
    (error: unknown) => error,
  );
