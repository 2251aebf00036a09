import { HubspokeError } from "@hubspoke/core/errors";
import type { HubSpotSimulator } from "@hubspoke/testing";
import { type Request, Router } from "express";

/** What goes wrong with HubSpot in production, as the simulator's faults. */
const troubles: Readonly<Record<string, string | null>> = {
  well: null,
  down: "503",
  limited: "429:TEN_SECONDLY_ROLLING",
  revoked: "401",
  hanging: "hang",
  cut: "reset",
};

/** For buttons of a page: `POST /down` and its like, from now until `POST /well`. */
export function troubleRoutes({ faults }: HubSpotSimulator): Router {
  return Router().post("/:trouble", ({ params: { trouble } }: Request<{ trouble: string }>, res) => {
    const fault = troubles[trouble];
    if (fault === undefined) throw new HubspokeError("NOT_FOUND", `troubles are ${Object.keys(troubles).join(", ")}`);
    faults.clear();
    if (fault !== null) faults.add(`/** ${fault} times=always`);
    res.json({ trouble });
  });
}
