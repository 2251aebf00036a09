import { describe, expect, it } from "vitest";
import { FILES, FOLDERS, fileBench } from "./file-bench.ts";

it("finds files by name, folder, kind and time, a page at a time", async () => {
  const { upload, call, clock } = fileBench();
  await upload({ fileName: "a.png" });
  await clock.advance(1_000);
  const { body } = await upload({ fileName: "b.png" }, "purr");
  await upload({ fileName: "c.png", folderPath: "/dogs" }, "woof");
  const found = async (query: string) => {
    const { results, paging } = (await call(`GET ${FILES}/search?${query}`)).body;
    return [...results.map(({ name }: { name: string }) => name), paging?.next.after];
  };
  expect(await found(`parentFolderIds=${body.parentFolderId}&sort=-name`)).toEqual(["b", "a", undefined]);
  expect(await found("createdAtLte=2026-11-20T12:00:00Z")).toEqual(["a", undefined]);
  expect(await found("name=C&type=IMG")).toEqual(["c", undefined]);
  expect(await found("limit=2")).toEqual(["a", "b", "2"]);
  expect(await found("limit=2&after=2")).toEqual(["c", undefined]);
  expect((await call(`GET ${FILES}/search?limit=101`)).status).toBe(400);
});

describe("an import by URL", () => {
  const body = { url: "https://pets.example/cats/tom.png?v=2", access: "PRIVATE", folderPath: "/pets" };

  it("takes time, and then there is a file", async () => {
    const outbound = (request: Request) =>
      new Response(`picture of ${request.url}`, { headers: { "content-type": "image/png" } });
    const { call, clock } = fileBench({ platform: { outbound, taskTime: 4_000 } });
    const started = await call(`POST ${FILES}/import-from-url/async`, body);
    expect(started.status).toBe(202);
    const poll = async () => (await call(`GET ${new URL(started.body.links.status).pathname}`)).body;
    expect(await poll()).toEqual({
      taskId: started.body.id,
      status: "PENDING",
      requestedAt: "2026-11-20T12:00:00.000Z",
    });
    await clock.advance(2_000);
    expect(await poll()).toMatchObject({ status: "PROCESSING", startedAt: "2026-11-20T12:00:02.000Z" });
    await clock.advance(2_000);
    expect(await poll()).toMatchObject({
      status: "COMPLETE",
      completedAt: "2026-11-20T12:00:04.000Z",
      result: { name: "tom", extension: "png", path: "/pets/tom.png", access: "PRIVATE" },
    });
  });

  it("says what went wrong", async () => {
    const { call, clock } = fileBench({ platform: { outbound: () => new Response(null, { status: 404 }) } });
    const started = await call(`POST ${FILES}/import-from-url/async`, body);
    await clock.advance(2_000);
    const done = await call(`GET ${FILES}/import-from-url/async/tasks/${started.body.id}/status`);
    expect(done.body).toMatchObject({
      status: "COMPLETE",
      numErrors: 1,
      errors: [{ status: "error", message: "The URL answered 404" }],
    });
    expect(done.body).not.toHaveProperty("result");
    expect((await call(`POST ${FILES}/import-from-url/async`, { ...body, url: "tom" })).status).toBe(400);
  });

  it("can want every field that its specification marks", async () => {
    const { call } = fileBench({ platform: { requireSpecFields: true } });
    const strict = await call(`POST ${FILES}/import-from-url/async`, body);
    expect(strict.body.message).toBe(
      "Some required fields were not set: duplicateValidationScope, duplicateValidationStrategy, overwrite",
    );
    expect((await call("POST /files/2026-03/files/import-from-url/async", body)).status).toBe(202);
  });
});

describe("folders", () => {
  it("are made, found by id and path, renamed, moved and deleted with what they hold", async () => {
    const { call, upload } = fileBench();
    const made = await call(`POST ${FOLDERS}`, { name: "cats", parentPath: "/pets" });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: "cats", path: "/pets/cats", archived: false });
    const { id, parentFolderId } = made.body;
    const file = (await upload({ folderPath: "/pets/cats" })).body;
    expect(file.parentFolderId).toBe(id);
    expect((await call(`GET ${FOLDERS}/${encodeURIComponent("pets/cats")}`)).body.id).toBe(id);
    expect((await call(`POST ${FOLDERS}`, { name: "cats", parentFolderId })).status).toBe(409);
    expect((await call(`PATCH ${FOLDERS}/${id}`, { name: "felines" })).body.path).toBe("/pets/felines");
    expect((await call(`PATCH ${FOLDERS}/${parentFolderId}`, { parentFolderId: id })).status).toBe(400);
    expect((await call(`GET ${FOLDERS}/search?name=feline`)).body.results).toHaveLength(1);
    expect((await call(`DELETE ${FOLDERS}/${parentFolderId}`)).status).toBe(204);
    expect((await call(`GET ${FOLDERS}/${id}`)).status).toBe(404);
    expect((await call(`GET ${FILES}/${file.id}`)).status).toBe(404);
  });

  it("can be updated in the background in 2026-03, and no longer in 2026-09", async () => {
    const { call, clock } = fileBench();
    const { id } = (await call(`POST ${FOLDERS}`, { name: "cats" })).body;
    const started = await call("POST /files/2026-03/folders/update/async", { id, name: "dogs" });
    expect(started.status).toBe(202);
    await clock.advance(2_000);
    const done = await call(`GET /files/2026-03/folders/update/async/tasks/${started.body.id}/status`);
    expect(done.body).toMatchObject({ status: "COMPLETE", result: { name: "dogs" } });
    expect((await call(`POST ${FOLDERS}/update/async`, { id, name: "x" })).status).toBe(404);
  });
});
