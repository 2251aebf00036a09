import type { InboxEvent, InboxStore } from "../ports/inbox-store.ts";

type Recorder = Pick<InboxStore, "record">;
type Outcomes = Awaited<ReturnType<Recorder["record"]>>;

interface Waiting {
  readonly events: readonly InboxEvent[];
  readonly resolve: (outcomes: Outcomes) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Deliveries that arrive together are stored together: a commit costs one flush of the disk, however many rows it
 * carries, and HubSpot keeps ten requests in flight. Each call still returns when its own events are durable.
 *
 * `turn` resolves when what has already arrived has been read. A group that fails is tried again call by call, so that
 * nobody's delivery is refused for what another one holds.
 */
export function gatheredInbox(inbox: Recorder, turn: () => Promise<void>): Recorder {
  let waiting: Waiting[] = [];

  async function alone({ events, resolve, reject }: Waiting): Promise<void> {
    await inbox.record(events).then(resolve, reject);
  }

  async function together(group: readonly Waiting[]): Promise<void> {
    let outcomes: Outcomes;
    try {
      outcomes = await inbox.record(group.flatMap(({ events }) => events));
    } catch {
      // Whatever it was, each call is told of its own try.
      await Promise.all(group.map(alone));
      return;
    }
    let at = 0;
    for (const { events, resolve } of group) {
      resolve(outcomes.slice(at, at + events.length));
      at += events.length;
    }
  }

  async function store(): Promise<void> {
    await turn();
    const group = waiting;
    waiting = [];
    const [first, ...others] = group;
    if (first !== undefined) await (others.length === 0 ? alone(first) : together(group));
  }

  return {
    record: (events) =>
      new Promise((resolve, reject) => {
        waiting.push({ events, resolve, reject });
        if (waiting.length === 1) void store();
      }),
  };
}
