import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { HubspokeError } from "@hubspoke/core/errors";
import express from "express";
import { expect, onTestFinished, test, vi } from "vitest";
import { aheadClock } from "../ahead-clock.ts";
import { hasHubSpot } from "../around.ts";
import { failed } from "../failed.ts";
import { findPostgres } from "../postgres.ts";

test("DATABASE_URL is taken as it is, and nothing of it is stopped", async () => {
  const url = "postgres://somebody@db.example/product";
  const found = await findPostgres({ DATABASE_URL: url });
  expect(found).toMatchObject({ url, kind: "DATABASE_URL" });
  await expect(found.close()).resolves.toBeUndefined();
});

test("an account of one's own is one whose token is named, whichever; what else the token lacks is told then", () => {
  expect(hasHubSpot({})).toBe(false);
  for (const name of ["ACCESS_TOKEN", "READ_TOKEN", "WRITE_TOKEN"])
    expect(hasHubSpot({ [`HUBSPOT_${name}`]: "pat" }), name).toBe(true);
});

test("failures are answered in the library's form, and a stranger's words stay out of it", async () => {
  const app = express().use(express.json());
  app.get("/ours", () => {
    throw new HubspokeError("NOT_FOUND", "there is no such trunk");
  });
  app.get("/theirs", () => {
    throw new TypeError("the password is hunter22");
  });
  app.get("/value", () => {
    throw Object.assign(new Error('invalid byte sequence in "hunter22"'), { code: "22021" });
  });
  app.get("/broken/:name", (_req, res) => void res.sendStatus(204));
  app.post("/json", (_req, res) => void res.sendStatus(204));
  app.use(failed);
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const server = createServer(app).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    told.mockRestore();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (path: string, init?: RequestInit) => {
    const answer = await fetch(base + path, init);
    return [answer.status, await answer.text()] as const;
  };
  expect(await ask("/ours")).toEqual([404, expect.stringContaining("there is no such trunk")]);
  const [status, text] = await ask("/theirs");
  expect([status, text.includes("hunter22")]).toEqual([500, false]);
  expect(told.mock.calls).toEqual([["request failed: TypeError"]]);
  const broken = { method: "POST", headers: { "content-type": "application/json" }, body: "{" };
  expect(await ask("/json", broken)).toEqual([400, expect.stringContaining("INPUT_INVALID")]);
  const [refused, why] = await ask("/value");
  expect([refused, why.includes("INPUT_INVALID"), why.includes("hunter22")]).toEqual([400, true, false]);
  expect(await ask("/broken/%ff")).toEqual([400, expect.stringContaining("the address")]);
  const large = { ...broken, body: JSON.stringify("x".repeat(200_000)) };
  expect(await ask("/json", large)).toEqual([413, expect.stringContaining("BODY_TOO_LARGE")]);
  expect(told.mock.calls).toHaveLength(1);
});

test("a clock set forward goes on from there", async () => {
  const clock = aheadClock();
  const before = clock.now();
  clock.ahead += 86_400_000;
  expect(clock.now() - before).toBeGreaterThanOrEqual(86_400_000);
});
