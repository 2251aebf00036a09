import { openSchema } from "@hubspoke/example-kit/schema-pool";

/** A conversation as the product has it. It holds no name: names are HubSpot's and live sealed in Hubspoke's cache. */
export interface Conversation {
  readonly id: string;
  readonly phone: string;
  readonly lastMessage: string | null;
  readonly lastAt: string;
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
  create table if not exists sessions (
    token uuid primary key default gen_random_uuid(), user_id uuid not null references users (id)
  );
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

export interface Messages {
  /** One statement: the message and its conversation are kept, or neither. Told twice, it is kept once. */
  keepInbound(message: { readonly id: string; readonly phone: string; readonly body: string }): Promise<void>;
  open(phone: string): Promise<string>;
  /** The latest first; `before`: the `lastAt` of the last one shown. */
  list(before: string | null, limit: number): Promise<readonly Conversation[]>;
  messagesOf(conversation: string): Promise<readonly Message[]>;
  phoneOf(conversation: string): Promise<string | null>;
  keepOutbound(conversation: string, id: string, body: string): Promise<void>;
  sent(id: string, status: string): Promise<void>;
  /** Changes with every change: what an open page asks for every other second. */
  revision(): Promise<string>;
  /** HubSpot's contact ids, by number. */
  known(people: ReadonlyMap<string, string>): Promise<void>;
  /** Numbers nobody in HubSpot was found for, in an order that does not change. */
  unknown(after: string | null, limit: number): Promise<readonly string[]>;
  openPhones(phones: readonly string[]): Promise<ReadonlySet<string>>;
  exportOf(phone: string): Promise<readonly Message[]>;
  erase(phone: string): Promise<number>;
  signIn(name: string, role: string): Promise<string>;
  signOut(token: string): Promise<void>;
  userOf(token: string): Promise<{ readonly id: string; readonly name: string; readonly role: string } | null>;
  userNames(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

// OpenPhone is given ten seconds: whoever was to note its answer later than this is gone, and nobody knows what it was.
const status = `case when status = 'sending' and at < clock_timestamp() - interval '1 minute'
  then 'perhaps not sent: the desk was stopped' else status end as status`;

/** The product's own tables, in a schema of their own. Everything HubSpot is Hubspoke's, in another. */
export async function openMessages(url: string, schema: string): Promise<Messages> {
  const pool = await openSchema(url, schema, tables);
  const rows = async <T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> =>
    (await pool.query<T>(text, [...values])).rows;
  const one = async <T extends object>(text: string, values: readonly unknown[]): Promise<T | null> =>
    (await rows<T>(text, values))[0] ?? null;
  const opened = `with c as (insert into conversations (phone) values ($1)
    on conflict (phone) do update set changed_at = clock_timestamp() returning id)`;

  const kept = "insert into messages (id, conversation_id, direction, body, status)";

  return {
    async keepInbound({ id, phone, body }) {
      const text = `${opened} ${kept} select $2, c.id, 'in', $3, 'received' from c on conflict (id) do nothing`;
      await pool.query(text, [phone, id, body]);
    },
    open: async (phone) => (await one<{ id: string }>(`${opened} select id from c`, [phone]))!.id,
    list: (before, limit) =>
      rows<Conversation>(
        `select c.id, c.phone, c.changed_at::text as "lastAt",
           (select body from messages m where m.conversation_id = c.id order by at desc limit 1) as "lastMessage"
         from conversations c where $1::timestamptz is null or c.changed_at < $1 order by c.changed_at desc, c.id limit $2`,
        [before, limit],
      ),
    messagesOf: (id) =>
      rows<Message>(
        `select id, direction, body, ${status}, at::text from (select * from messages where conversation_id = $1::uuid
         order by at desc limit 200) latest order by at`,
        [id],
      ),
    phoneOf: async (id) =>
      (await one<{ phone: string }>("select phone from conversations where id = $1::uuid", [id]))?.phone ?? null,
    async keepOutbound(conversation, id, body) {
      const text = `with c as (update conversations set changed_at = clock_timestamp() where id = $1::uuid returning id)
        ${kept} select $2, c.id, 'out', $3, 'sending' from c`;
      await pool.query(text, [conversation, id, body]);
    },
    async sent(id, status) {
      const text = `with m as (update messages set status = $2 where id = $1 returning conversation_id)
        update conversations set changed_at = clock_timestamp() from m where id = m.conversation_id`;
      await pool.query(text, [id, status]);
    },
    revision: async () =>
      (await one<{ at: string }>("select coalesce(max(changed_at)::text, '') as at from conversations", []))!.at,
    async known(people) {
      const text = `update conversations c set contact_id = p.id
        from unnest($1::text[], $2::text[]) as p (phone, id) where c.phone = p.phone`;
      await pool.query(text, [[...people.keys()], [...people.values()]]);
    },
    async unknown(after, limit) {
      const text = "select phone from conversations where contact_id is null and phone > $1 order by phone limit $2";
      return (await rows<{ phone: string }>(text, [after ?? "", limit])).map(({ phone }) => phone);
    },
    async openPhones(phones) {
      const found = await rows<{ phone: string }>("select phone from conversations where phone = any($1)", [phones]);
      return new Set(found.map(({ phone }) => phone));
    },
    exportOf: (phone) =>
      rows<Message>(
        `select m.id, direction, body, ${status}, at::text from messages m join conversations c on c.id = conversation_id
         where phone = $1 order by at`,
        [phone],
      ),
    erase: async (phone) => (await pool.query("delete from conversations where phone = $1", [phone])).rowCount ?? 0,
    /** A stand-in for the product's own login: no password is asked. */
    async signIn(name, role) {
      const text = `with u as (insert into users (name, role) values ($1, $2)
        on conflict (name, role) do update set name = excluded.name returning id)
        insert into sessions (user_id) select id from u returning token`;
      return (await one<{ token: string }>(text, [name, role]))!.token;
    },
    signOut: async (token) => void (await pool.query("delete from sessions where token = $1::uuid", [token])),
    userOf: (token) =>
      one("select u.id, u.name, u.role from sessions s join users u on u.id = s.user_id where token = $1::uuid", [
        token,
      ]),
    async userNames() {
      const users = await rows<{ id: string; name: string }>("select id, name from users");
      return Object.fromEntries(users.map(({ id, name }) => [id, name]));
    },
    close: () => pool.end(),
  };
}
