import { describe, expect, test } from "vitest";
import type { PropertyVersion } from "../../model/record.ts";
import { bindSync } from "../declare/bind.ts";
import { defineSync } from "../declare/define-sync.ts";
import { codec, field } from "../declare/field.ts";
import { fakeClock } from "../testing-fakes/fake-clock.fixture.ts";
import { fakeProperties } from "../testing-fakes/fake-hubspot.fixture.ts";
import { FakeLocal } from "../testing-fakes/fake-local.fixture.ts";
import { editedAt, timelineOf, traceWrite } from "./timeline.ts";

const name = codec(["firstname", "lastname"], {
  encode: (text) => ({ firstname: (text ?? "").split(" ")[0] ?? "", lastname: (text ?? "").split(" ")[1] ?? "" }),
  decode: ({ firstname, lastname }) => `${firstname ?? ""} ${lastname ?? ""}`.trim(),
  samples: ["Ada Lovelace"],
});
const declared = defineSync({
  name: "t",
  object: "contacts",
  local: new FakeLocal(fakeClock()),
  match: ["email"],
  fields: { email: field("email"), name },
});
const [email, group] = bindSync(declared, fakeProperties).fields;
if (email === undefined || group === undefined) throw new Error("both fields are bound");

const ours = { sourceType: "INTEGRATION", sourceId: "77" };
const self = {
  isOurs: ({ sourceId }: { readonly sourceId?: string }) => sourceId === "77",
  isOthers: ({ sourceId }: { readonly sourceId?: string }) => sourceId !== "77",
  learn: async () => {},
  refresh: async () => {},
};

/** A history as HubSpot gives it, newest first, from `time value` pairs oldest first. A trailing `*` marks ours. */
function history(...versions: readonly string[]): PropertyVersion[] {
  return versions
    .map((text): PropertyVersion => {
      const [at = "0", value = ""] = text.split(" ");
      const by = value.endsWith("*") ? ours : { sourceType: "CRM_UI", sourceId: "userId:1" };
      return { value: value.replace("*", ""), timestamp: new Date(Number(at)).toISOString(), ...by };
    })
    .reverse();
}

function trace(versions: readonly string[], read: string, written: string, readAt: number, writtenAt?: number) {
  return traceWrite({
    field: email as NonNullable<typeof email>,
    timeline: timelineOf(email as NonNullable<typeof email>, { email: history(...versions) }),
    readAt,
    wasRead: async (values) => values.email === read,
    isWritten: async ({ values }) => values.email === written,
    ...(writtenAt !== undefined && { writtenAt }),
  });
}

describe("a field's states over time", () => {
  const shown = (firstname: readonly string[], lastname: readonly string[]) =>
    timelineOf(group, { firstname: history(...firstname), lastname: history(...lastname) }).map(
      ({ at, values }) => `${at} ${values.firstname} ${values.lastname}`,
    );

  test("properties written together are one state, a second write of the same moment is another", () => {
    expect(shown(["1 Ada", "5 Bo"], ["1 Lee", "5 Lo"])).toEqual(["1 Ada Lee", "5 Bo Lo"]);
    expect(shown(["1 Ada", "5 Bo", "5 Cy"], ["1 Lee"])).toEqual(["1 Ada Lee", "5 Bo Lee", "5 Cy Lee"]);
  });

  test("a cleared property is empty", () => {
    expect(timelineOf(email, { email: history("1 a", "2 ") }).at(-1)?.values).toEqual({ email: null });
  });
});

describe("finding our write in the history", () => {
  test("an edit that its user undid before our write is not covered", async () => {
    expect(await trace(["1 a", "2 x", "3 a", "5 b*"], "a", "b", 1)).toMatchObject({ landed: { at: 5 }, covered: null });
  });

  test("nothing between: nothing was covered", async () => {
    expect(await trace(["1 a", "5 b*"], "a", "b", 1)).toMatchObject({
      landed: { at: 5 },
      covered: null,
      standing: true,
    });
  });

  test("is not standing where somebody entered the same again, over what had come between", async () => {
    const between = ["1 a", "3 theirs", "5 b*", "6 theirs*"];
    expect(await trace([...between, "7 b"], "a", "b", 1)).toMatchObject({ landed: { at: 5 }, standing: false });
    // A request of ours that lands once more is still ours.
    expect(await trace([...between, "7 b*"], "a", "b", 1)).toMatchObject({ landed: { at: 5 }, standing: true });
  });

  test("an edit between our read and our write was covered", async () => {
    expect(await trace(["1 a", "3 x", "5 b*"], "a", "b", 1)).toMatchObject({
      covered: { at: 3 },
      standing: true,
      late: false,
    });
  });

  test("an edit in the very moment of the read was not read, so it was covered too", async () => {
    expect(await trace(["1 a", "3 x", "5 b*"], "a", "b", 3)).toMatchObject({ covered: { at: 3 } });
  });

  test("an edit after our write covers ours", async () => {
    expect(await trace(["1 a", "5 b*", "7 x"], "a", "b", 1)).toMatchObject({
      landed: { at: 5 },
      covered: null,
      standing: false,
    });
  });

  test("a value that was there long before the read is not our write", async () => {
    expect(await trace(["1 b", "2 a"], "a", "b", 2)).toMatchObject({ landed: null, covered: null });
  });

  test("what changed nothing landed all the same", async () => {
    expect(await trace(["1 a"], "a", "a", 1)).toMatchObject({ landed: { at: 1 }, covered: null, standing: true });
  });

  test("of two equal values ours is the one of our answer's time; an edit on top of the first was covered late", async () => {
    const versions = ["1 a", "3 b*", "4 x", "5 b*"];
    expect(await trace(versions, "a", "b", 1, 5)).toMatchObject({ landed: { at: 5 }, covered: { at: 4 }, late: true });
    expect(await trace(versions, "a", "b", 1)).toMatchObject({ landed: { at: 3 }, covered: null });
  });

  test("half of our own write of two properties is no edit", async () => {
    const timeline = timelineOf(group, { firstname: history("1 Ada", "5 Bo*"), lastname: history("1 Lee", "6 Lo*") });
    const found = await traceWrite({
      field: group,
      timeline,
      readAt: 1,
      wasRead: async ({ firstname }) => firstname === "Ada",
      isWritten: async ({ values }) => values.firstname === "Bo" && values.lastname === "Lo",
    });
    expect(found).toMatchObject({ landed: { at: 6 }, covered: null });
  });
});

describe("when HubSpot's value was edited", () => {
  const at = (...versions: readonly string[]) =>
    editedAt(timelineOf(email, { email: history(...versions) }), self, email);

  test("is when a user wrote it, not when a repair of ours put it back", () => {
    expect([at("1 a", "4 x", "5 b*", "9 x*"), at("1 a", "4 x", "5 b*"), at()]).toEqual([4, 5, null]);
  });
});
