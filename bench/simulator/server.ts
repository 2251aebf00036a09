/** A simulator that serves, in a process of its own, and says on request how much time it has used on the processor. */
import { createHubSpotSimulator } from "@hubspoke/testing/simulator";

const simulator = createHubSpotSimulator({ limits: { tenSecondly: 1e9, searchPerSecond: 1e9, daily: 1e9 } });
const ids = simulator.seedContacts(1_000);
const server = await simulator.listen();
process.on("message", () => process.send?.(process.cpuUsage()));
process.send?.({ url: server.url, token: simulator.token, ids });
