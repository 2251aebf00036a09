import express from "express";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../serve.ts";
import { browser } from "../visitor.ts";

test("a browser keeps its cookies, says where it comes from, and follows nothing", async () => {
  const app = express().use(express.json());
  app.post("/in", (req, res) => void res.cookie("who", req.body.name).cookie("seen", "1").redirect("/elsewhere"));
  app.get("/me", ({ headers }, res) => void res.json([headers.cookie, headers["sec-fetch-site"]]));
  app.get("/page", (_req, res) => void res.send("<p>page</p>"));
  const server = await serve(app, 0);
  onTestFinished(server.close);
  const [ada, bob] = [browser(server.url), browser(server.url)];
  expect(await ada("POST", "/in", { name: "ada" })).toMatchObject({ status: 302, location: "/elsewhere" });
  expect((await ada("GET", `${server.url}/me`)).body).toEqual(["who=ada; seen=1", "same-origin"]);
  expect((await bob("GET", "/me")).body).toEqual(["", "same-origin"]);
  expect((await bob("GET", "/page")).body).toBe("<p>page</p>");
});
