import Bottleneck from "bottleneck/light.js";
import type { InboxEvent } from "../../ports/inbox-store.ts";

/** Runs host code so that no two events of one record are handled at once in this process, and not too many in all. */
export interface Lanes {
  run(event: InboxEvent, work: () => Promise<void>): Promise<void>;
}

/** Records whose handlers run beside each other. */
const beside = 10;

/** One queue per record, in the order they were asked for, over every batch that is worked on here. */
export function createLanes(): Lanes {
  const all = new Bottleneck({ maxConcurrent: beside });
  const records = new Bottleneck.Group({ maxConcurrent: 1 });
  records.on("created", (lane) => lane.chain(all));
  return {
    // What names no record waits for nothing else.
    run: (event, work) => {
      const { id, portalId, objectType, objectId } = event;
      return records.key(JSON.stringify(objectId === null ? id : [portalId, objectType, objectId])).schedule(work);
    },
  };
}
