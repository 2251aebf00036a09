import { describe, expect, it } from "vitest";
import { type Shop, shop } from "./services/bed.ts";

const tenant = "acme";
function contact({ simulator }: Shop, email = "ann@example.com", phone = "(902) 555-1234"): string {
  return simulator.portal().contacts.create({ email, firstname: "Ann", phone }).id;
}

const notes = ({ simulator }: Shop) => simulator.portal().objects("notes").list();

/** What HubSpot associates a note with, as types. */
async function linksOf(s: Shop, object: string, id: string, to: "contacts" | "companies") {
  const links = [];
  const hs = s.hubspoke.client({ tenant });
  for await (const link of hs.associations.list({ object: object as "notes", id }, to)) links.push(link);
  return links;
}

describe("the other activities", () => {
  it("carry what HubSpot wants, with the association types of their own", async () => {
    const s = shop();
    const id = contact(s);
    const company = s.simulator.portal().objects("companies").create({ name: "Acme" }).id;
    const to = [
      { object: "contacts", id },
      { object: "companies", id: company },
    ];
    const { activities } = s.hubspoke;
    const at = new Date("2026-11-20T10:00:00Z");
    await s.drive(
      activities.call(
        {
          to,
          at,
          title: "In",
          body: "<i>",
          durationMs: 61_000,
          direction: "INBOUND",
          status: "COMPLETED",
          disposition: "connected",
          recording: { url: "https://calls.example.com/1.mp3" },
        },
        { tenant, idempotencyKey: "1" },
      ),
    );
    await s.drive(
      activities.email(
        {
          to,
          at,
          subject: "Hi",
          html: "<p>Hi</p>",
          from: { email: "us@example.com" },
          recipients: [{ email: "ann@example.com" }],
        },
        { tenant, idempotencyKey: "1" },
      ),
    );
    await s.drive(
      activities.task(
        { to, subject: "Call back", due: "2026-11-21T09:00:00Z", priority: "HIGH" },
        { tenant, idempotencyKey: "1" },
      ),
    );
    await s.drive(
      activities.meeting(
        {
          to,
          title: "Demo",
          start: "2026-11-22T09:00:00Z",
          end: "2026-11-22T10:00:00Z",
          externalUrl: "https://meet.example.com/x",
        },
        { tenant, idempotencyKey: "1" },
      ),
    );
    const of = (object: string) => s.simulator.portal().objects(object).list()[0];
    expect(of("calls")?.properties).toMatchObject({
      hs_call_title: "In",
      hs_call_body: expect.stringContaining('&lt;i&gt;<br><br>Recording: <a href="https://calls.example.com/1.mp3"'),
      hs_call_duration: "61000",
      hs_call_disposition: "f240bbac-87c9-4f6e-bf70-924b57d47db7",
      hs_call_recording_url: "https://calls.example.com/1.mp3",
    });
    expect(of("emails")?.properties).toMatchObject({
      hs_email_direction: "EMAIL",
      hs_email_status: "SENT",
      hs_email_html: "<p>Hi</p>",
    });
    expect(of("tasks")?.properties).toMatchObject({
      hs_task_status: "NOT_STARTED",
      hs_task_type: "TODO",
      hs_task_priority: "HIGH",
    });
    expect(of("meetings")?.properties).toMatchObject({ hs_meeting_title: "Demo" });
    const types = { calls: [194, 182], emails: [198, 186], tasks: [204, 192], meetings: [200, 188] };
    for (const [object, [toContact, toCompany]] of Object.entries(types)) {
      const record = of(object)?.id ?? "";
      expect((await s.drive(linksOf(s, object, record, "contacts")))[0]?.types.map(({ typeId }) => typeId)).toContain(
        toContact,
      );
      expect((await s.drive(linksOf(s, object, record, "companies")))[0]?.types.map(({ typeId }) => typeId)).toContain(
        toCompany,
      );
    }
  });

  it("of a custom object are associated after they are made", async () => {
    const s = shop();
    const hs = s.hubspoke.client({ tenant });
    const schema = await s.drive(
      hs.schemas.create({
        name: "trunk",
        labels: { singular: "Trunk", plural: "Trunks" },
        primaryDisplayProperty: "trunk_id",
        properties: [{ name: "trunk_id", label: "Id", type: "string", fieldType: "text" }],
        associatedObjects: ["NOTE"],
      }),
    );
    const trunk = s.simulator.portal().objects(schema.objectTypeId).create({ trunk_id: "t1" }).id;
    const made = await s.drive(
      s.hubspoke.activities.note(
        { to: [{ object: schema.objectTypeId, id: trunk }], body: "x" },
        { tenant, idempotencyKey: "1" },
      ),
    );
    const id = made.outcome === "skipped" ? "" : made.id;
    const links: unknown[] = [];
    await s.drive(
      (async () => {
        const ref = { object: "notes", id } as const;
        for await (const link of hs.associations.list(ref, schema.objectTypeId as "2-1")) links.push(link);
      })(),
    );
    expect(links).toMatchObject([{ toId: trunk }]);
  });

  it("refuse wrong input when it is put in", async () => {
    const s = shop();
    const { outbox } = s.hubspoke;
    const wrong: readonly (readonly [string, unknown, string])[] = [
      ["note", { body: "x" }, "to"],
      ["note", { to: [], body: "x" }, "to"],
      ["note", { to: [{ object: "contacts", id: "x y" }] }, "to"],
      ["note", { to: [{ object: "contacts", id: "1" }], boddy: "x" }, "boddy"],
      ["call", { to: [{ object: "contacts", id: "1" }], disposition: "fine" }, "disposition"],
      ["meeting", { to: [{ object: "contacts", id: "1" }], title: "x", start: "tomorrow", end: 5 }, "start"],
      [
        "meeting",
        { to: [{ object: "contacts", id: "1" }], title: "x", start: 1, end: 5, externalUrl: "javascript:alert(1)" },
        "externalUrl",
      ],
    ];
    for (const [kind, given, field] of wrong) {
      await expect(outbox.enqueue(kind, given, { tenant, idempotencyKey: "1" }), `${kind} ${field}`).rejects.toThrow(
        field,
      );
    }
  });
});

describe("a recording", () => {
  it("that may not be fetched stays a link, with the reason, and one that is no address is only shown", async () => {
    const s = shop();
    const id = contact(s);
    const to = [{ object: "contacts", id }];
    const put = (url: string, idempotencyKey: string) =>
      s.drive(
        s.hubspoke.activities.note(
          { to, body: "Summary", recording: { url, upload: true } },
          { tenant, idempotencyKey },
        ),
      );
    expect(await put("https://127.0.0.1/x.mp3", "1")).toMatchObject({
      recording: "linked",
      recordingProblem: "DOWNLOAD_REFUSED, private_address",
    });
    await put('javascript:alert("x")', "2");
    const bodies = notes(s).map(({ properties }) => properties.hs_note_body ?? "");
    expect(bodies[0]).toBe(
      'Summary<br><br>Recording: <a href="https://127.0.0.1/x.mp3" rel="noreferrer">https://127.0.0.1/x.mp3</a> (not uploaded: DOWNLOAD_REFUSED, private_address)',
    );
    expect(bodies[1]).toContain("Recording: javascript:alert(&quot;x&quot;) (not uploaded");
    expect(bodies[1]).not.toContain("href");
  });

  it("whose address holds a key leaves the key out, and the note is written all the same, once", async () => {
    const s = shop();
    const to = [{ object: "contacts", id: contact(s) }];
    const url = "https://b.s3.amazonaws.com/1.mp3?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE&X-Amz-Signature=aeeed9bbccd4";
    const put = (body?: string) =>
      s.drive(
        s.hubspoke.activities.note(
          { to, recording: { url }, ...(body === undefined ? {} : { body }) },
          { tenant, idempotencyKey: body ?? "alone" },
        ),
      );
    const said = { recording: "none", recordingProblem: "OUTBOUND_REFUSED" };
    expect(await put("Summary")).toMatchObject({ outcome: "created", ...said });
    expect(await put()).toMatchObject({ outcome: "created", ...said });
    expect(await put()).toMatchObject({ outcome: "existing" });
    const last = "Recording: its address holds a key and is not shown (not attached: OUTBOUND_REFUSED)";
    expect(notes(s).map(({ properties }) => properties.hs_note_body)).toEqual([`Summary<br><br>${last}`, last]);
  });

  it("and a long summary together stay within what HubSpot takes", async () => {
    const s = shop();
    const to = [{ object: "contacts", id: contact(s) }];
    const body = "<&\n😀".repeat(20_000);
    await s.drive(
      s.hubspoke.activities.note(
        { to, body, recording: { url: `https://x.example.com/${"a".repeat(1_900)}` } },
        { tenant, idempotencyKey: "1" },
      ),
    );
    const written = notes(s)[0]?.properties.hs_note_body ?? "";
    expect(written.length).toBeLessThanOrEqual(65_536);
    expect(written.length).toBeGreaterThan(65_000);
    expect(written).toContain("…<br><br>Recording: ");
    expect(written).not.toMatch(/\p{Surrogate}(?!\p{Surrogate})/u);
  });
});
