import { describe, expect, it } from "vitest";
import { PLATFORM_ROUTES } from "../../../src/simulator/platform/routes.ts";
import { bench } from "../helpers.ts";

const portals = [{ id: 1, tokens: [{ token: "none", scopes: [] }, { token: "all" }] }];

/** Every address of every route that wants a token, with something in place of each parameter. */
const addresses = PLATFORM_ROUTES.filter(({ access }) => access !== "open").flatMap((route) => {
  const versions = route.versions ?? ["2026-09", "2026-03"];
  const dated = route.dated === undefined ? [] : versions.map((version) => route.dated!.replace("{version}", version));
  return [...dated, ...(route.legacy ?? [])].map((path) => ({ route, path: path.replace(/\{\w+\}/g, "1") }));
});

describe("every route of the platform", () => {
  it("is refused without a token, and without its scope", async () => {
    const { call } = bench({ portals, limits: { tenSecondly: 10_000 } });
    expect(addresses.length).toBeGreaterThan(300);
    for (const { route, path } of addresses) {
      const address = `${route.method} ${path}`;
      const nobody = await call(address, undefined, { authorization: "" });
      expect([address, nobody.status]).toEqual([address, 401]);
      if ((route.scopes?.length ?? 0) === 0) continue;
      const unscoped = await call(address, undefined, { authorization: "Bearer none" });
      expect([address, unscoped.status]).toEqual([address, 403]);
    }
  });

  it("counts against the limits, unless it is the journal's, and meets faults by its template", async () => {
    const { call, sim } = bench({ limits: { tenSecondly: 1 } });
    sim.faults.add({ route: "/files/{version}/files/{fileId}", effect: { status: 502 } });
    expect((await call("GET /files/v3/files/1")).status).toBe(502);
    expect((await call("GET /files/v3/files/1")).status).toBe(404);
    const refused = await call("GET /crm/lists/2026-09/1");
    expect([refused.status, refused.body.policyName]).toEqual([429, "TEN_SECONDLY_ROLLING"]);
  });
});
