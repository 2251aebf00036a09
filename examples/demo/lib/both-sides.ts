import * as child from "./child.ts";
import type { Customer } from "./crm.ts";
import type { Product } from "./product.ts";
import { tenant } from "./product.ts";
import type { Stage } from "./steps.ts";
import { heading, line, table } from "./terminal.ts";

interface Edit {
  readonly column: "first_name" | "company" | "plan" | "phone";
  readonly property: string;
  readonly local: string;
  readonly remote: string;
  /** Who edits first; where the later edit wins, that is the other one. */
  readonly first: "local" | "hubspot";
}

const edits: readonly Edit[] = [
  { column: "first_name", property: "firstname", local: "Robin", remote: "Robyn", first: "local" },
  { column: "phone", property: "phone", local: "+12125550142", remote: "+12125550199", first: "hubspot" },
  { column: "company", property: "company", local: "Local Ltd", remote: "HubSpot Holdings", first: "hubspot" },
  { column: "plan", property: "customer_plan", local: "enterprise", remote: "free", first: "local" },
];

/** One person is edited on both sides at once; webhooks and the local outbox bring it to the worker. */
export async function editBothSides({ setup, product, hubspot }: Stage): Promise<void> {
  heading(6, "The same person, edited on both sides");
  const target = (await hubspot.contacts())[5];
  if (target === undefined) throw new Error("there is nobody to edit");
  const customers = () =>
    product.crm
      .selectFrom("customers")
      .selectAll()
      .where("email", "=", target.properties.email ?? "");
  const { id } = await customers().executeTakeFirstOrThrow();
  const editLocal = async (edit: Edit): Promise<void> => {
    await product.crm
      .updateTable("customers")
      .set({ [edit.column]: edit.local })
      .where("id", "=", id)
      .execute();
  };
  const editRemote = (edit: Edit) => hubspot.edit(target.id, { [edit.property]: edit.remote });
  for (const edit of edits) await (edit.first === "local" ? editLocal(edit) : editRemote(edit));
  // The later edit wins only if one can tell which it was: people do not edit within the same few milliseconds.
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const edit of edits) await (edit.first === "local" ? editRemote(edit) : editLocal(edit));

  const worker = await child.work(setup);
  const read = async (): Promise<readonly Now[]> => {
    const local = await customers().executeTakeFirstOrThrow();
    const remote = (await hubspot.contacts()).find((one) => one.id === target.id)?.properties ?? {};
    return edits.map(({ column, property }) => ({ column, local: local[column], remote: remote[property] ?? null }));
  };
  const now = await until(read, (rows) => rows.every(({ local, remote }) => local === remote));
  await until(
    () => waiting(product),
    (records) => records === 0,
  );
  await worker.stop();
  const { items } = await product.customers.for(tenant).conflicts.list();
  table(
    ["field", "product wrote", "HubSpot wrote", "product has", "HubSpot has", "rule → whose edit stands"],
    edits.map(({ column, local, remote }) => {
      const found = now.find((one) => one.column === column);
      const conflict = items.find(({ field }) => field === column);
      const why = conflict === undefined ? "no conflict was logged" : `${conflict.rule} → ${conflict.winner}`;
      return [column, local, remote, found?.local ?? "", found?.remote ?? "", why];
    }),
  );
  line("rules and winners are read from the engine's conflict log");
}

interface Now {
  readonly column: keyof Customer;
  readonly local: string | null;
  readonly remote: string | null;
}

async function waiting(product: Product): Promise<number> {
  return (await product.customers.for(tenant).status()).waiting.records;
}

/** Asks until the answer is good, for about a minute; then whatever was answered last. */
async function until<T>(ask: () => Promise<T>, good: (answer: T) => boolean): Promise<T> {
  for (let i = 0; ; i++) {
    const answer = await ask();
    if (good(answer) || i === 600) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
