import { createServer } from "node:net";

/** Below the range systems give to connections that ask for any port: none of those can take one before it is used. */
const [lowest, highest] = [20_000, 32_000];
const attempts = 100;

/** For a server whose address others must know before it starts, such as HubSpot's app that of an OAuth callback. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port was found between ${lowest} and ${highest} on 127.0.0.1`);
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
