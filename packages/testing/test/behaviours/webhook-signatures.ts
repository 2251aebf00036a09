import { documentedUri, signV3 } from "../../src/simulator.ts";
import { type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";
import { create, receive } from "./webhooks.ts";

/** How a receiver can tell that it was HubSpot. */
export const WEBHOOK_SIGNATURES: readonly Behaviour[] = [
  shown(
    {
      id: "webhooks.signatures",
      says: "Requests are signed in v1 and v3; the timestamp is HubSpot's.",
      fact: "§5.4 A",
    },
    async (bench) => {
      await create(bench);
      const { requests } = await receive(bench);
      const { headers } = requests[0]!;
      holds("v1", headers.get("x-hubspot-signature-version") === "v1" && headers.has("x-hubspot-signature"));
      holds("v3", headers.has("x-hubspot-signature-v3"));
      same("the timestamp", Number(headers.get("x-hubspot-request-timestamp")), bench.clock.now());
    },
  ),
  shown(
    {
      id: "webhooks.signatures.uri",
      says: "Whether v3 is over the URI as it is, or with some escapes decoded.",
      fact: "§9 C",
      knob: "webhookFaults.signedUri",
    },
    async (bench) => {
      const { sim, clock } = bench;
      const publicUrl = "https://app.example/hooks?to=a%3Ab%20c";
      const signed = async () => {
        await create(bench);
        const { requests } = await receive(bench, 200, { publicUrl });
        const { headers, events } = requests[0]!;
        const body = JSON.stringify(events);
        const uris = { raw: publicUrl, documented: documentedUri(publicUrl) };
        for (const [name, uri] of Object.entries(uris)) {
          const signature = await signV3(sim.appSecret, "POST", uri, body, clock.now());
          if (headers.get("x-hubspot-signature-v3") === signature) return name;
        }
        return "neither";
      };
      same("at first", await signed(), "raw");
      sim.configure({ webhookFaults: { signedUri: "documented" } });
      same("then", await signed(), "documented");
    },
  ),
];
