import { NOBODY } from "./account.ts";
import { asked, type Behaviour, shown } from "./behaviour.ts";
import { holds, same } from "./outcome.ts";

const O = "/crm/objects/2026-09/contacts";
const P = "/crm/properties/2026-09/contacts";

/** Many records at once. */
export const BATCHES: readonly Behaviour[] = [
  asked(
    {
      id: "batch.read.missing",
      says: "A batch read with unknown ids is 207: the found ones in results, the others in errors.",
      fact: "§6 B",
    },
    async (account) => {
      const id = await account.make("contacts", { firstname: account.unique() });
      const inputs = [{ id }, { id: NOBODY }];
      const { status, body } = await account.call(`POST ${O}/batch/read`, { inputs, properties: [] });
      same("the status", status, 207);
      same("how many were found", body.results.length, 1);
      same("the error", body.errors[0].category, "OBJECT_NOT_FOUND");
      same("its ids", body.errors[0].context.ids, [NOBODY]);
    },
  ),
  asked(
    {
      id: "batch.create.traced",
      says: "With a unique objectWriteTraceId each, bad inputs are errors of a 207.",
      fact: "§6 A",
    },
    async (account) => {
      const inputs = [
        { objectWriteTraceId: "a", properties: { firstname: account.unique() } },
        { objectWriteTraceId: "b", properties: { no_such_property_1: "x" } },
      ];
      const { status, body } = await account.call(`POST ${O}/batch/create`, { inputs });
      same("the status", status, 207);
      same("how many were made", body.results.length, 1);
      same("the trace of the other", body.errors[0].context.objectWriteTraceId, ["b"]);
    },
  ),
  asked(
    { id: "batch.create.untraced", says: "Without trace ids one bad input fails the whole batch.", fact: "§6 A" },
    async (account) => {
      const inputs = [{ properties: { email: account.email() } }, { properties: { no_such_property_1: "x" } }];
      const { status } = await account.call(`POST ${O}/batch/create`, { inputs });
      same("the status", status, 400);
    },
  ),
  asked({ id: "batch.create", says: "A batch create of good inputs is 201.", fact: "§6 A" }, async (account) => {
    const inputs = [{ properties: { email: account.email() } }, { properties: { email: account.email() } }];
    const { status, body } = await account.call(`POST ${O}/batch/create`, { inputs });
    same("the status and body", [status, body.status, body.results.length], [201, "COMPLETE", 2]);
  }),
  asked(
    { id: "batch.update.missing", says: "A batch update with unknown ids is 207 too.", fact: "§6 B" },
    async (account) => {
      const id = await account.make("contacts", { firstname: account.unique() });
      const inputs = [id, NOBODY].map((one) => ({ id: one, properties: { city: "X" } }));
      const { status, body } = await account.call(`POST ${O}/batch/update`, { inputs });
      same("the status and results", [status, body.results.length], [207, 1]);
    },
  ),
  asked(
    { id: "batch.update.merged", says: "A batch update leaves merged-away ids out without a word.", fact: "§6 B" },
    async (account) => {
      const [a, b] = [
        await account.make("contacts", { firstname: "A" }),
        await account.make("contacts", { firstname: "B" }),
      ];
      await account.call(`POST ${O}/merge`, { primaryObjectId: a, objectIdToMerge: b });
      const inputs = [{ id: b, properties: { city: "X" } }];
      const { status, body } = await account.call(`POST ${O}/batch/update`, { inputs });
      same("the status and results", [status, body.results], [200, []]);
    },
  ),
  asked(
    { id: "batch.upsert", says: "An upsert by a unique property says which records are new.", fact: "§6 A" },
    async (account) => {
      const name = account.unique();
      const definition = { name, label: name, type: "string", fieldType: "text", groupName: "contactinformation" };
      const made = await account.call(`POST ${P}`, { ...definition, hasUniqueValue: true });
      same("the definition", made.status, 201);
      const key = account.unique();
      const upsert = async () => {
        const inputs = [{ id: key, idProperty: name, properties: { firstname: "A" } }];
        const { status, body } = await account.call(`POST ${O}/batch/upsert`, { inputs });
        return [status, body.results[0].new];
      };
      same("the first time", await upsert(), [200, true]);
      same("the second time", await upsert(), [200, false]);
    },
  ),
  asked(
    { id: "batch.upsert.email", says: "There is no partial upsert by address: one bad input fails all.", fact: "§6 A" },
    async (account) => {
      const inputs = [
        { id: account.email(), idProperty: "email", objectWriteTraceId: "a", properties: { firstname: "A" } },
        { id: account.email(), idProperty: "email", objectWriteTraceId: "b", properties: { no_such_property_1: "x" } },
      ];
      const { status } = await account.call(`POST ${O}/batch/upsert`, { inputs });
      same("the status", status, 400);
    },
  ),
  asked({ id: "batch.limit", says: "A batch takes 100 inputs; more is 400.", fact: "§2.3 A" }, async (account) => {
    const read = (n: number) =>
      account.call(`POST ${O}/batch/read`, {
        inputs: Array.from({ length: n }, (_, at) => ({ id: String(999_999_900_000 + at) })),
        properties: [],
      });
    same("101 inputs", (await read(101)).status, 400);
    holds("100 inputs", (await read(100)).status < 400);
  }),
  asked({ id: "batch.archive", says: "A batch archive is 204.", fact: "§6 A" }, async (account) => {
    const id = await account.make("contacts", { firstname: account.unique() });
    same("the status", (await account.call(`POST ${O}/batch/archive`, { inputs: [{ id }] })).status, 204);
    same("a read", (await account.call(`GET ${O}/${id}`)).status, 404);
  }),
  shown(
    { id: "batch.order", says: "Batch results come in any order.", fact: "§6 C", knob: "batchOrder" },
    async ({ call, sim }) => {
      const ids = sim.seedContacts(30);
      const inputs = ids.map((id) => ({ id }));
      const read = async () =>
        (await call(`POST ${O}/batch/read`, { inputs, properties: [] })).body.results.map(
          (one: { id: string }) => one.id,
        );
      const shuffled = await read();
      holds("another order", shuffled.join() !== ids.join());
      same("the same ids", shuffled.toSorted(), ids.toSorted());
      sim.configure({ batchOrder: "input" });
      same("the input's order", await read(), ids);
    },
  ),
];
