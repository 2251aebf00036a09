-- WARP's own tables. HubSpot's ids, sync state, queues and quarantine are Hubspoke's, in a schema of their own.
create sequence if not exists bans start 10001;

create table if not exists customers (
  id uuid primary key default gen_random_uuid(), tenant text not null default 'warp',
  ban text not null unique default nextval('bans')::text, deal_id text unique, hubspot_id text,
  name text, domain text, industry text,
  status text not null default 'active', tier text, service_tier text, contract_end date, payment_terms text,
  credit_limit numeric, payment_method text, payment_status text,
  api_enabled boolean default true, sms_enabled boolean default false, tcr_brand_id text, resporg_status text,
  monthly_fee numeric not null default 0, since timestamptz not null default now()
);
create table if not exists users (
  id uuid primary key default gen_random_uuid(), tenant text not null default 'warp',
  user_id text not null unique default 'usr_' || replace(gen_random_uuid()::text, '-', ''),
  customer_id uuid references customers, email text, first_name text, last_name text, phone text, role text,
  twofa_enabled boolean default false, last_login timestamptz, last_api_call timestamptz,
  api_keys text[] not null default '{}', api_key_count int generated always as (cardinality(api_keys)) stored
);
create index if not exists users_email on users (tenant, email);
create index if not exists users_email_folded on users (tenant, lower(trim(email)));
create table if not exists trunks (
  id uuid primary key default gen_random_uuid(), tenant text not null default 'warp',
  trunk_id text not null unique default 'trunk_' || replace(gen_random_uuid()::text, '-', ''),
  first_of uuid unique, customer_id uuid references customers, name text, status text default 'active',
  ip_addresses text, concurrent_calls int, monthly_minutes int, spend_cap numeric,
  created_date date default current_date, partition_id text
);
-- The name a trunk was asked for under: who asks again is answered with the same one.
alter table trunks add column if not exists asked_as text;
create unique index if not exists trunks_asked on trunks (customer_id, asked_as);
create table if not exists numbers (
  id uuid primary key default gen_random_uuid(), tenant text not null default 'warp',
  number text not null unique, customer_id uuid references customers, trunk_id uuid references trunks, type text,
  capabilities text, monthly_cost numeric, e911_address text, cnam text, ported boolean not null default false
);

-- What the platform reports.
create table if not exists usage_days (
  customer_id uuid references customers, day date, calls_completed int not null default 0,
  minutes_used numeric not null default 0, sms_sent int not null default 0, daily_spend numeric not null default 0,
  asr numeric, acd numeric, primary key (customer_id, day)
);
create table if not exists trunk_load (
  trunk_id uuid primary key references trunks on delete cascade, active_calls int not null default 0,
  at timestamptz not null default now()
);
create table if not exists invoices (
  id text primary key, customer_id uuid not null references customers, month date not null, amount numeric not null
);
create table if not exists mrr_months (month date, customer_id uuid references customers, mrr numeric not null,
  primary key (month, customer_id));
create table if not exists mails (
  key text primary key, customer_id uuid not null references customers, template text not null,
  at timestamptz not null default now()
);

-- What happened, kept in the transaction in which it happened, until HubSpot's timeline is told of it.
create table if not exists events (
  key text primary key default gen_random_uuid()::text, customer_id uuid not null references customers, type text not null,
  properties jsonb not null default '{}', at timestamptz not null default now(), told boolean not null default false
);
create index if not exists events_untold on events (at) where not told;
create or replace function happened(customer uuid, what text, properties jsonb) returns void language sql as $$
  insert into events (customer_id, type, properties) select customer, what, jsonb_strip_nulls(properties) where customer is not null
$$;

-- Sales decide the tier and the credit, billing whether it is paid; services follow in the same transaction.
create or replace function customer_written() returns trigger language plpgsql as $$ begin
  if tg_op = 'UPDATE' then
    if new.credit_limit is distinct from old.credit_limit then
      update trunks set spend_cap = new.credit_limit where customer_id = new.id;
      perform happened(new.id, 'credit_limit_changed', jsonb_build_object('from', old.credit_limit, 'to', new.credit_limit));
    end if;
    if new.payment_method is distinct from old.payment_method then
      perform happened(new.id, 'payment_method_updated', jsonb_build_object('method', new.payment_method));
    end if;
    if new.tcr_brand_id is distinct from old.tcr_brand_id and new.tcr_brand_id is not null then
      perform happened(new.id, 'campaign_registered', jsonb_build_object('brand', new.tcr_brand_id));
    end if;
    if (new.status = 'suspended') <> (old.status = 'suspended') then
      update trunks set status = case when new.status = 'suspended' then 'suspended' else 'active' end
        where customer_id = new.id and status in ('active', 'suspended');
      perform happened(new.id, case when new.status = 'suspended' then 'account_suspended' else 'account_reactivated' end, '{}');
    end if;
  end if;
  if new.status = 'active' and (tg_op = 'INSERT' or old.status = 'onboarding') then
    perform happened(new.id, 'account_created', jsonb_build_object('ban', new.ban));
  end if;
  return null;
end $$;
create or replace function customer_follows() returns trigger language plpgsql as $$ begin
  new.service_tier := coalesce(new.tier, new.service_tier);
  if new.payment_status = 'suspended' and new.status = 'active' then new.status := 'suspended'; end if;
  return new;
end $$;
create or replace trigger warp_follows before insert or update of tier, payment_status on customers
  for each row execute function customer_follows();
create or replace trigger warp_written after insert or update on customers for each row execute function customer_written();

create or replace function service_written() returns trigger language plpgsql as $$ declare
  row_now jsonb := to_jsonb(coalesce(new, old));
  facts jsonb := jsonb_build_object('trunk_id', row_now -> 'trunk_id', 'trunk_name', row_now -> 'name', 'number', row_now -> 'number');
  customer uuid := row_now ->> 'customer_id';
begin
  -- Written as it was: nothing happened.
  if tg_op = 'UPDATE' and new is not distinct from old then return null; end if;
  if tg_table_name = 'trunks' then
    perform happened(customer, case tg_op when 'INSERT' then 'trunk_created' when 'DELETE' then 'trunk_deleted' else 'trunk_modified' end, facts);
  elsif tg_op = 'INSERT' then
    perform happened(customer, case when new.ported then 'numbers_ported' else 'numbers_purchased' end, facts - 'trunk_id');
  elsif tg_op = 'DELETE' then
    perform happened(customer, 'numbers_released', facts - 'trunk_id');
  elsif to_jsonb(new) ->> 'e911_address' is distinct from to_jsonb(old) ->> 'e911_address' then
    perform happened(customer, 'e911_address_updated', facts - 'trunk_id');
  end if;
  return null;
end $$;
create or replace trigger warp_written after insert or update or delete on trunks for each row execute function service_written();
create or replace trigger warp_written after insert or update or delete on numbers for each row execute function service_written();
