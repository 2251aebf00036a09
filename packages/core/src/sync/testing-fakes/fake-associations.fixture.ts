import type { AssociationType } from "../../model/association-types.ts";
import type {
  AssociatedRecord,
  AssociationPath,
  AssociationWrite,
  RemoteAssociations,
} from "../associations/remote-associations.ts";

const primary: AssociationType = { category: "HUBSPOT_DEFINED", typeId: 1 };
const plain: AssociationType = { category: "HUBSPOT_DEFINED", typeId: 279 };
export const owns: AssociationType & { readonly label: string } = {
  category: "USER_DEFINED",
  typeId: 7,
  label: "Owns",
};

const same = (a: AssociationType, b: AssociationType) => a.typeId === b.typeId && a.category === b.category;

/** Associations of contacts with companies, as HubSpot keeps them: one primary company, labels beside it. */
export class FakeAssociations implements RemoteAssociations {
  readonly calls: string[] = [];
  /** Fails the next write with this code. */
  refuse: string | null = null;
  /** Answers nothing to the next write, which landed, did not, or is under way until it arrives. */
  unknown: { readonly landed: boolean | "later" } | null = null;
  /** HubSpot promises no order: the newest association of a record first, or last. */
  newestFirst = false;
  readonly #underWay: (() => void)[] = [];
  readonly #pairs = new Map<string, AssociationType[]>();

  get writes(): number {
    return this.calls.filter((call) => call !== "read" && call !== "types").length;
  }

  /** A user's own doing. */
  set(contact: string, company: string, ...types: readonly AssociationType[]): void {
    this.#pairs.set(`${contact} ${company}`, []);
    for (const type of [plain, ...types]) this.#add(contact, company, type);
  }

  setPrimary(contact: string, company: string): void {
    this.set(contact, company, primary);
  }

  drop(contact: string, company: string): void {
    this.#pairs.delete(`${contact} ${company}`);
  }

  /** What was under way lands, or never will. */
  arrive(landed: boolean): void {
    for (const land of this.#underWay.splice(0)) if (landed) land();
  }

  /** What merging does to the associations of the records that become `survivor`. */
  merged(ids: readonly string[], survivor: string): void {
    for (const [pair, types] of [...this.#pairs]) {
      const [contact = "", company = ""] = pair.split(" ");
      if (!ids.includes(contact) && !ids.includes(company)) continue;
      this.#pairs.delete(pair);
      const [from, to] = [contact, company].map((id) => (ids.includes(id) ? survivor : id));
      for (const type of types) this.#add(from ?? "", to ?? "", type);
    }
  }

  primaryOf(contact: string): string | null {
    return this.#of(contact).find(({ types }) => types.some((type) => same(type, primary)))?.id ?? null;
  }

  companiesOf(contact: string): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries(this.#of(contact).map(({ id, types }) => [id, types.map(({ typeId }) => typeId)]));
  }

  async types(): ReturnType<RemoteAssociations["types"]> {
    this.calls.push("types");
    return [{ ...primary, label: "Primary" }, { ...plain, label: null }, owns];
  }

  async read({ from }: AssociationPath, ids: readonly string[]): ReturnType<RemoteAssociations["read"]> {
    this.calls.push("read");
    return new Map(ids.map((id) => [id, from === "contacts" ? this.#of(id) : this.#contactsOf(id)]));
  }

  async link(
    path: AssociationPath,
    type: AssociationType,
    writes: readonly AssociationWrite[],
  ): ReturnType<RemoteAssociations["link"]> {
    return this.#write("link", path, writes, ({ fromId, toId }) => {
      this.#add(fromId, toId, plain);
      this.#add(fromId, toId, type);
    });
  }

  async unlink(
    path: AssociationPath,
    type: AssociationType,
    writes: readonly AssociationWrite[],
  ): ReturnType<RemoteAssociations["unlink"]> {
    return this.#write("unlink", path, writes, ({ fromId, toId }) => {
      const pair = `${fromId} ${toId}`;
      // Taking the type without a label off takes every label off.
      const left = same(type, plain) ? [] : (this.#pairs.get(pair) ?? []).filter((one) => !same(one, type));
      if (left.length === 0) this.#pairs.delete(pair);
      else this.#pairs.set(pair, left);
    });
  }

  #write(
    call: string,
    { signal }: AssociationPath,
    writes: readonly AssociationWrite[],
    one: (write: AssociationWrite) => void,
  ): Awaited<ReturnType<RemoteAssociations["link"]>> {
    if (signal?.aborted)
      return writes.map((_, index) => ({ index, ok: false, code: "ABORTED", status: null, properties: [] }));
    this.calls.push(`${call} ${writes.length}`);
    const code = this.refuse;
    this.refuse = null;
    if (code !== null)
      return writes.map((_, index) => ({ index, ok: false, code: "VALIDATION_FAILED", status: 400, properties: [] }));
    const { unknown } = this;
    this.unknown = null;
    const land = () => writes.forEach(one);
    if (unknown?.landed === "later") this.#underWay.push(land);
    else if (unknown?.landed !== false) land();
    if (unknown !== null)
      return writes.map((_, index) => ({ index, ok: false, code: "UNKNOWN_OUTCOME", status: null, properties: [] }));
    return writes.map((write, index) => ({ index, ok: true, value: write }));
  }

  #add(contact: string, company: string, type: AssociationType): void {
    if (same(type, primary))
      for (const [pair, types] of this.#pairs)
        if (pair.startsWith(`${contact} `))
          this.#pairs.set(
            pair,
            types.filter((one) => !same(one, primary)),
          );
    const pair = `${contact} ${company}`;
    const types = this.#pairs.get(pair) ?? [];
    if (!types.some((one) => same(one, type))) this.#pairs.set(pair, [...types, type]);
  }

  #of(contact: string): readonly AssociatedRecord[] {
    const found = [...this.#pairs].flatMap(([pair, types]) => {
      const [from, id = ""] = pair.split(" ");
      return from === contact ? [{ id, types }] : [];
    });
    return this.newestFirst ? found.reverse() : found;
  }

  #contactsOf(company: string): readonly AssociatedRecord[] {
    return [...this.#pairs].flatMap(([pair, types]) => {
      const [id = "", to] = pair.split(" ");
      return to === company ? [{ id, types }] : [];
    });
  }
}
