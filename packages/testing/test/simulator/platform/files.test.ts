import { describe, expect, it } from "vitest";
import { bench } from "../helpers.ts";
import { FILES, fileBench } from "./file-bench.ts";

describe("uploads", () => {
  it("store one file with its name, folder and kind, byte for byte", async () => {
    const { upload, call, open } = fileBench();
    const bytes = new Uint8Array([0, 255, 13, 10, 128, 7]);
    const made = await upload({ fileName: "Tom.png" }, bytes);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: "Tom",
      extension: "png",
      path: "/pets/Tom.png",
      type: "IMG",
      size: 6,
      access: "PUBLIC_INDEXABLE",
      archived: false,
      createdAt: "2026-11-20T12:00:00.000Z",
    });
    expect((await call(`GET ${FILES}/${made.body.id}`)).body).toEqual(made.body);
    expect((await call(`GET /files/v3/files/${made.body.id}`)).body.id).toBe(made.body.id);
    expect((await call(`GET ${FILES}/stat/${encodeURIComponent("pets/Tom.png")}`)).body.file.id).toBe(made.body.id);
    const read = await open(made.body.url);
    expect([read.status, read.headers.get("content-type")]).toEqual([200, "image/png"]);
    const again = await fileBench().upload({ fileName: "Tom.png" }, bytes);
    expect(again.body).toEqual(made.body);
  });

  it.each([
    ["no options", { options: "" }, /options must be a JSON object/],
    ["options that are no object", { options: "[]" }, /options must be a JSON object/],
    ["no access", { options: {} }, /access is required/],
    ["hidden access", { options: { access: "HIDDEN_PRIVATE" } }, /access must be one of/],
    ["two folders", { folderId: "1" }, /Exactly one of folderId and folderPath/],
    ["a bad period", { options: { access: "PRIVATE", ttl: "2 weeks" } }, /ISO 8601/],
    ["a bad strategy", { options: { access: "PRIVATE", duplicateValidationStrategy: "ASK" } }, /duplicateValidation/],
  ])("are refused with %s", async (_, fields, message) => {
    const { upload } = fileBench();
    const { status, body } = await upload(fields);
    expect([status, body.category]).toEqual([400, "VALIDATION_ERROR"]);
    expect(body.message).toMatch(message);
  });

  it("are refused without a file, with two, without a folder, and as JSON", async () => {
    const { send, call } = fileBench();
    const options = { access: "PRIVATE" };
    expect((await send("POST", FILES, { options, folderPath: "/" }, [])).body.message).toBe("file is required");
    expect((await send("POST", FILES, { options, folderPath: "/" }, ["a", "b"])).body.message).toMatch(/Only one file/);
    expect((await send("POST", FILES, { options })).body.message).toMatch(/Exactly one/);
    expect((await call(`POST ${FILES}`, { options })).status).toBe(415);
    const broken = await call(`POST ${FILES}`, "no parts", { "content-type": "multipart/form-data; boundary=x" });
    expect(broken.status).toBe(400);
  });

  it("need the scope", async () => {
    const { upload } = fileBench({ portals: [{ id: 1, tokens: [{ token: "t", scopes: ["crm.lists.read"] }] }] });
    const { status, body } = await upload();
    expect([status, body.category]).toEqual([403, "MISSING_SCOPES"]);
  });

  it("give a second file of one name another, or overwrite the first", async () => {
    const { upload, open } = fileBench();
    const first = (await upload()).body;
    const second = (await upload({}, "purr")).body;
    expect(second.path).toBe("/pets/cat-1.png");
    const third = (await upload({ options: { access: "PUBLIC_INDEXABLE", overwrite: true } }, "hiss")).body;
    expect(third.id).toBe(first.id);
    expect((await open(first.url)).body).toBe("hiss");
  });

  it("look for duplicates where they are told to", async () => {
    const { upload } = fileBench();
    const first = (await upload()).body;
    const twin = (strategy: string, scope: string, folderPath: string) =>
      upload({
        folderPath,
        options: {
          access: "PRIVATE",
          duplicateValidationStrategy: strategy,
          duplicateValidationScope: scope,
        },
      });
    expect((await twin("RETURN_EXISTING", "ENTIRE_PORTAL", "/else")).body.id).toBe(first.id);
    const refused = await twin("REJECT", "ENTIRE_PORTAL", "/else");
    expect([refused.status, refused.body.category]).toEqual([409, "CONFLICT"]);
    expect((await twin("REJECT", "EXACT_FOLDER", "/pets")).status).toBe(409);
    expect((await twin("REJECT", "EXACT_FOLDER", "/else")).status).toBe(201);
  });

  it("delete themselves when their time is over", async () => {
    const { upload, call, clock } = fileBench();
    const { id } = (await upload({ options: { access: "PRIVATE", ttl: "P1DT1H" } })).body;
    await clock.advance(25 * 3_600_000 - 1);
    expect((await call(`GET ${FILES}/${id}`)).status).toBe(200);
    await clock.advance(1);
    expect((await call(`GET ${FILES}/${id}`)).status).toBe(404);
  });
});

describe("a private file", () => {
  it("opens by a signed address only, and only until that expires", async () => {
    const { upload, call, clock, open } = fileBench();
    const { id, url } = (await upload({ options: { access: "PRIVATE" } })).body;
    expect((await open(url)).status).toBe(403);
    const signed = (await call(`GET ${FILES}/${id}/signed-url?expirationSeconds=60`)).body;
    expect(signed).toMatchObject({ expiresAt: "2026-11-20T12:01:00.000Z", name: "cat", extension: "png", size: 4 });
    expect((await open(signed.url)).body).toBe("meow");
    expect((await open(`${signed.url}0`)).status).toBe(403);
    await clock.advance(59_999);
    expect((await open(signed.url)).status).toBe(200);
    await clock.advance(1);
    expect((await open(signed.url)).status).toBe(403);
  });

  it("can be made public, moved and renamed, and is gone once deleted", async () => {
    const { upload, call, open } = fileBench();
    const { id, url } = (await upload({ options: { access: "PRIVATE" } })).body;
    const signed = (await call(`GET ${FILES}/${id}/signed-url`)).body;
    const changes = { access: "PUBLIC_NOT_INDEXABLE", name: "tom", parentFolderPath: "/old/pets" };
    expect((await call(`PATCH ${FILES}/${id}`, changes)).body).toMatchObject({ id, path: "/old/pets/tom.png" });
    expect((await open(url)).body).toBe("meow");
    expect((await call(`PATCH ${FILES}/${id}`, { access: "SENSITIVE" })).status).toBe(400);
    expect((await call(`DELETE ${FILES}/${id}/gdpr-delete`)).status).toBe(204);
    expect([(await call(`GET ${FILES}/${id}`)).status, (await open(signed.url)).status]).toEqual([404, 403]);
    expect((await call(`DELETE ${FILES}/${id}`)).status).toBe(404);
  });

  it("keeps its id when its content is replaced", async () => {
    const { upload, send, open } = fileBench();
    const { id, url } = (await upload()).body;
    const replaced = await send("PUT", `${FILES}/${id}`, { options: { access: "PUBLIC_INDEXABLE" } }, ["roar"]);
    expect([replaced.status, replaced.body.id]).toEqual([200, id]);
    expect((await open(url)).body).toBe("roar");
  });
});

it("opens files over HTTP too, at the address it listens on", async () => {
  const { sim } = bench();
  const { url, close } = await sim.listen();
  const form = new FormData();
  form.append("options", JSON.stringify({ access: "PUBLIC_INDEXABLE" }));
  form.append("folderPath", "/");
  form.append("file", new Blob([new Uint8Array([1, 2, 255])]), "a.bin");
  const headers = { authorization: `Bearer ${sim.token}` };
  const made = (await (await fetch(`${url}${FILES}`, { method: "POST", headers, body: form })).json()) as {
    url: string;
  };
  expect(made.url.startsWith(url)).toBe(true);
  expect([...new Uint8Array(await (await fetch(made.url)).arrayBuffer())]).toEqual([1, 2, 255]);
  await close();
});
