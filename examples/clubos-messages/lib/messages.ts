import type { Sessions } from "@hubspoke/example-kit/login";
import { type OwnTables, openTables } from "@hubspoke/example-kit/schema-pool";

/** A conversation as the product has it. It holds no name: names are HubSpot's and live sealed in Hubspoke's cache. */
export interface Conversation {
  readonly id: string;
  readonly phone: string;
  readonly lastMessage: string | null;
  readonly lastAt: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

export interface Message {
  readonly id: string;
  readonly direction: "in" | "out";
  readonly body: string;
  readonly status: string;
  readonly at: string;
}

const tables = `
  create table if not exists users (
    id uuid primary key default gen_random_uuid(), name text not null,
    role text not null check (role in ('admin', 'operator', 'support')), unique (name, role)
  );
  create table if not exists signed_in (hash text primary key, user_id uuid not null references users (id));
  create table if not exists conversations (
    id uuid primary key default gen_random_uuid(), phone text not null unique, contact_id text,
    changed_at timestamptz not null default clock_timestamp()
  );
  create index if not exists conversations_changed on conversations (changed_at desc, id);
  create table if not exists messages (
    id text primary key, conversation_id uuid not null references conversations (id) on delete cascade,
    direction text not null check (direction in ('in', 'out')), body text not null, status text not null,
    at timestamptz not null default clock_timestamp()
  );
  create index if not exists messages_of on messages (conversation_id, at);
`;

// OpenPhone is given ten seconds: whoever was to note its answer later than this is gone, and nobody knows what it was.
const status = `case when status = 'sending' and at < clock_timestamp() - interval '1 minute'
  then 'perhaps not sent: the desk was stopped' else status end as status`;

const opened = `with c as (insert into conversations (phone) values ($1)
  on conflict (phone) do update set changed_at = clock_timestamp() returning id)`;
const kept = "insert into messages (id, conversation_id, direction, body, status)";

/** The product's own tables, in a schema of their own. Everything HubSpot is Hubspoke's, in another. */
export class Messages {
  readonly #db: OwnTables;

  private constructor(db: OwnTables) {
    this.#db = db;
  }

  /** `passing`: both schemas begin anew, and are gone after `close`. */
  static async open(url: string, schema: string, passing: boolean): Promise<Messages> {
    return new Messages(await openTables(url, schema, tables, passing));
  }

  /** One statement: the message and its conversation are kept, or neither. Told twice, it is kept once. */
  async keepInbound(phone: string, id: string, body: string): Promise<void> {
    const text = `${opened} ${kept} select $2, c.id, 'in', $3, 'received' from c on conflict (id) do nothing`;
    await this.#db.rows(text, [phone, id, body]);
  }

  async open(phone: string): Promise<string> {
    return (await this.#db.one<{ id: string }>(`${opened} select id from c`, [phone]))!.id;
  }

  /** The latest first; `before`: the `lastAt` of the last one shown. */
  list(before: string | null, limit: number): Promise<readonly Conversation[]> {
    const text = `select c.id, c.phone, c.changed_at::text as "lastAt",
        (select body from messages m where m.conversation_id = c.id order by at desc limit 1) as "lastMessage"
      from conversations c where $1::timestamptz is null or c.changed_at < $1 order by c.changed_at desc, c.id limit $2`;
    return this.#db.rows(text, [before, limit]);
  }

  messagesOf(conversation: string): Promise<readonly Message[]> {
    const text = `select id, direction, body, ${status}, at::text from
      (select * from messages where conversation_id = $1::uuid order by at desc limit 200) latest order by at`;
    return this.#db.rows(text, [conversation]);
  }

  async phoneOf(conversation: string): Promise<string | null> {
    const text = "select phone from conversations where id = $1::uuid";
    return (await this.#db.one<{ phone: string }>(text, [conversation]))?.phone ?? null;
  }

  async keepOutbound(conversation: string, id: string, body: string): Promise<void> {
    const text = `with c as (update conversations set changed_at = clock_timestamp() where id = $1::uuid returning id)
      ${kept} select $2, c.id, 'out', $3, 'sending' from c`;
    await this.#db.rows(text, [conversation, id, body]);
  }

  async sent(id: string, status: string): Promise<void> {
    const text = `with m as (update messages set status = $2 where id = $1 returning conversation_id)
      update conversations set changed_at = clock_timestamp() from m where id = m.conversation_id`;
    await this.#db.rows(text, [id, status]);
  }

  /** Changes with every change: what an open page asks for every other second. */
  async revision(): Promise<string> {
    const text = "select coalesce(max(changed_at)::text, '') as at from conversations";
    return (await this.#db.one<{ at: string }>(text, []))!.at;
  }

  /** HubSpot's contact ids, by number. */
  async known(people: ReadonlyMap<string, string>): Promise<void> {
    const text = `update conversations c set contact_id = p.id
      from unnest($1::text[], $2::text[]) as p (phone, id) where c.phone = p.phone`;
    await this.#db.rows(text, [[...people.keys()], [...people.values()]]);
  }

  /** Numbers nobody in HubSpot was found for, in an order that does not change. */
  async unknown(after: string | null, limit: number): Promise<readonly string[]> {
    const text = "select phone from conversations where contact_id is null and phone > $1 order by phone limit $2";
    return (await this.#db.rows<{ phone: string }>(text, [after ?? "", limit])).map(({ phone }) => phone);
  }

  async openPhones(phones: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#db.rows<{ phone: string }>("select phone from conversations where phone = any($1)", [
      phones,
    ]);
    return new Set(found.map(({ phone }) => phone));
  }

  exportOf(phone: string): Promise<readonly Message[]> {
    const text = `select m.id, direction, body, ${status}, at::text from messages m
      join conversations c on c.id = conversation_id where phone = $1 order by at`;
    return this.#db.rows(text, [phone]);
  }

  /** Says how many conversations went. */
  async erase(phone: string): Promise<number> {
    return (await this.#db.rows("delete from conversations where phone = $1 returning 1", [phone])).length;
  }

  async userFor(name: string, role: string): Promise<User> {
    const text = `insert into users (name, role) values ($1, $2)
      on conflict (name, role) do update set name = excluded.name returning id, name, role`;
    return (await this.#db.one<User>(text, [name, role]))!;
  }

  async userNames(): Promise<Readonly<Record<string, string>>> {
    const users = await this.#db.rows<{ id: string; name: string }>("select id, name from users", []);
    return Object.fromEntries(users.map(({ id, name }) => [id, name]));
  }

  readonly sessions: Sessions<User> = {
    keep: async (hash, { id }) =>
      void (await this.#db.rows("insert into signed_in (hash, user_id) values ($1, $2)", [hash, id])),
    find: (hash) =>
      this.#db.one("select u.id, u.name, u.role from signed_in s join users u on u.id = user_id where hash = $1", [
        hash,
      ]),
    forget: async (hash) => void (await this.#db.rows("delete from signed_in where hash = $1", [hash])),
  };

  close(): Promise<void> {
    return this.#db.close();
  }
}
