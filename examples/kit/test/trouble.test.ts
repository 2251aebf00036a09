import { createHubSpotSimulator } from "@hubspoke/testing";
import { expect, onTestFinished, test } from "vitest";
import { failed } from "../failed.ts";
import { application, serve } from "../serve.ts";
import { troubleRoutes } from "../trouble.ts";

test("a trouble lasts until another one or until all is well; what is none is refused", async () => {
  const simulator = createHubSpotSimulator();
  const app = application().use(troubleRoutes(simulator)).use(failed);
  const server = await serve(app, 0);
  onTestFinished(server.close);
  const post = async (path: string) => (await fetch(server.url + path, { method: "POST" })).status;
  const read = async () => {
    const headers = { authorization: `Bearer ${simulator.token}` };
    return (await simulator.fetch("https://api.hubapi.com/account-info/2026-09/details", { headers })).status;
  };
  expect([await post("/down"), await read(), await read()]).toEqual([200, 503, 503]);
  expect([await post("/revoked"), await read()]).toEqual([200, 401]);
  expect([await post("/well"), await read()]).toEqual([200, 200]);
  expect([await post("/invented"), await read()]).toEqual([404, 200]);
});
