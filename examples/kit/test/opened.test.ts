import { expect, test } from "vitest";
import { type Keep, opened } from "../opened.ts";

const parts = (keep: Keep, said: string[]) => {
  for (const name of ["database", "instance", "server"]) keep({ close: async () => void said.push(name) });
};

test("parts are closed in the reverse of their order, once", async () => {
  const said: string[] = [];
  const product = await opened(async (keep) => {
    parts(keep, said);
    return { url: "http://localhost:1" };
  });
  expect([product.url, said]).toEqual(["http://localhost:1", []]);
  await product.close();
  await product.close();
  expect(said).toEqual(["server", "instance", "database"]);
});

test("a product that cannot be started leaves nothing open", async () => {
  const said: string[] = [];
  const starting = opened(async (keep) => {
    parts(keep, said);
    throw new Error("no such port");
  });
  await expect(starting).rejects.toThrow("no such port");
  expect(said).toEqual(["server", "instance", "database"]);
});
