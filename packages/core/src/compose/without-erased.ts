import { HubspokeError } from "../errors/hubspoke-error.ts";
import { parsePhone } from "../phone/parse.ts";
import type { Region } from "../phone/types.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Identifier, SuppressionList } from "../privacy/suppression-list.ts";
import type { RemotePort } from "../sync/remote-port.ts";

type Values = Readonly<Record<string, string | null>>;

/**
 * The sync engine's view of HubSpot without the people who were erased: no feed shows them, nothing is written to them,
 * and nobody with their address or number is created. Other objects pass as they are.
 */
export function withoutErased(
  remote: RemotePort,
  suppression: Pick<SuppressionList, "match">,
  defaultRegion: Region | undefined,
): RemotePort {
  async function allowed<T>(
    { tenant, object }: { readonly tenant: Tenant; readonly object: string },
    items: readonly T[],
    idOf: (item: T) => string,
  ): Promise<readonly T[]> {
    if (object !== "contacts" || items.length === 0) return items;
    const questions = items.map((item): Identifier => ({ kind: "contact", value: idOf(item) }));
    const erased = await suppression.match(tenant, questions);
    return items.filter((_item, i) => erased[i] !== true);
  }

  /** By address or number: a create has no id yet. */
  function identifiersIn(values: Values): readonly Identifier[] {
    const email = values.email?.trim().toLowerCase();
    const phones = [values.phone, values.mobilephone].flatMap((text) => {
      const read = parsePhone(text ?? "", { defaultRegion });
      return read.ok ? [read.phone.e164] : [];
    });
    return [
      ...(email ? [{ kind: "email", value: email } as const] : []),
      ...phones.map((value) => ({ kind: "phone", value }) as const),
    ];
  }

  /** Sends what may be sent; the others are answered as refused, each in its place. */
  async function sent<I, O extends { readonly index: number }>(
    items: readonly I[],
    refused: ReadonlySet<number>,
    send: (allowed: readonly I[]) => Promise<readonly O[]>,
  ): Promise<readonly (O | ReturnType<typeof refusal>)[]> {
    if (refused.size === 0) return send(items);
    const places = items.flatMap((_item, i) => (refused.has(i) ? [] : [i]));
    const written = places.length === 0 ? [] : await send(places.map((i) => items[i] as I));
    const out: (O | ReturnType<typeof refusal>)[] = [...refused].map(refusal);
    for (const outcome of written) out.push({ ...outcome, index: places[outcome.index] ?? outcome.index });
    return out.sort((a, b) => a.index - b.index);
  }

  async function refusedAmong(
    { tenant, object }: { readonly tenant: Tenant; readonly object: string },
    questions: readonly (readonly Identifier[])[],
  ): Promise<ReadonlySet<number>> {
    if (object !== "contacts") return new Set();
    const flat = questions.flatMap((each, i) => each.map((one) => ({ one, i })));
    const erased = await suppression.match(
      tenant,
      flat.map(({ one }) => one),
    );
    return new Set(flat.flatMap(({ i }, at) => (erased[at] === true ? [i] : [])));
  }

  return {
    ...remote,
    read: async (query) => allowed(query, await remote.read(query), ({ id }) => id),
    async list(query) {
      const page = await remote.list(query);
      return { ...page, records: await allowed(query, page.records, ({ id }) => id) };
    },
    async changedSince(query) {
      const page = await remote.changedSince(query);
      return { ...page, changes: await allowed(query, page.changes, ({ id }) => id) };
    },
    findBy: async (query) => allowed(query, await remote.findBy(query), ({ id }) => id),
    async update(query) {
      const asked = query.writes.map(({ id }): readonly Identifier[] => [{ kind: "contact", value: id }]);
      const refused = await refusedAmong(query, asked);
      return sent(query.writes, refused, (writes) => remote.update({ ...query, writes }));
    },
    async create(query) {
      const refused = await refusedAmong(
        query,
        query.creates.map(({ values }) => identifiersIn(values)),
      );
      return sent(query.creates, refused, (creates) => remote.create({ ...query, creates }));
    },
  };
}

function refusal(index: number) {
  const error = new HubspokeError(
    "SUPPRESSED",
    "SUPPRESSED: this person was erased and is not written to HubSpot. privacy.readmit() lets a person back in who asks for it",
  );
  return { index, ok: false, code: "VALIDATION_FAILED", status: null, properties: [], error } as const;
}
