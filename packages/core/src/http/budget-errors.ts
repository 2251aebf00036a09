import { HubspokeError } from "../errors/hubspoke-error.ts";

export function aborted(): HubspokeError {
  return new HubspokeError(
    "ABORTED",
    "ABORTED: the call was aborted while it waited for the rate limit; nothing was sent",
    { details: { sent: false } },
  );
}

export function closed(): HubspokeError {
  return new HubspokeError("CLOSED", "CLOSED: this Hubspoke instance is closed; create a new one", {
    details: { sent: false },
  });
}
