/** Tables of `supply.stock`, in the order in which they are created. */
export const TABLES = [
  'stock_place',
  'stock_product',
  'stock_lot',
  'stock_policy',
  'stock_request',
  'stock_movement',
  'stock_entry',
  'stock_balance',
];

export const DDL = `
create table @stock_place (
  tenant smallint not null,
  id text not null,
  kind text,
  zone text,
  part_of text,
  primary key (tenant, id)
);
create index on @stock_place (tenant, part_of);
create table @stock_product (
  tenant smallint not null,
  id text not null,
  base_unit text not null,
  packs jsonb not null,
  primary key (tenant, id)
);
create table @stock_lot (
  tenant smallint not null,
  id text not null,
  product text not null,
  lot_number text not null,
  manufacturer text not null,
  expires_on date,
  status text not null,
  primary key (tenant, id),
  constraint one_lot_per_number unique (tenant, product, manufacturer, lot_number)
);
create table @stock_policy (
  tenant smallint not null,
  id text not null,
  product text not null,
  location text not null,
  minimum bigint not null,
  maximum bigint not null,
  reorder_point bigint not null,
  lead_time int,
  issue_order text not null,
  minimum_shelf_life int,
  supplier text,
  primary key (tenant, id),
  constraint one_policy_per_place unique (tenant, product, location)
);
create table @stock_request (
  tenant smallint not null,
  id text not null,
  category text,
  status text,
  lot text,
  product text,
  location text,
  quantity bigint,
  supplier text,
  authored_on timestamptz,
  expires_at timestamptz,
  fulfilled bigint not null,
  primary key (tenant, id)
);
create index on @stock_request (tenant, location, lot) where category = 'reservation' and status = 'active';
create index on @stock_request (tenant, location, product) where category = 'purchase';
create table @stock_movement (
  tenant smallint not null,
  id text not null,
  type text not null,
  status text not null,
  lot text not null,
  origin text not null,
  destination text not null,
  quantity bigint not null,
  received bigint not null,
  at timestamptz not null,
  ended_at timestamptz,
  reverses text,
  part_of text,
  based_on text[] not null,
  unit_cost numeric,
  currency text,
  primary key (tenant, id)
);
create index on @stock_movement (tenant, lot, at);
create index on @stock_movement (tenant, reverses) where reverses is not null;
create index on @stock_movement (tenant, part_of) where part_of is not null;
create table @stock_entry (
  tenant smallint not null,
  movement text not null,
  line smallint not null,
  location text not null,
  lot text not null,
  quantity bigint not null,
  at timestamptz not null,
  primary key (tenant, movement, line)
);
create index on @stock_entry (tenant, location, lot, at);
create table @stock_balance (
  tenant smallint not null,
  location text not null,
  lot text not null,
  on_hand bigint not null,
  reserved bigint not null,
  first_in timestamptz,
  primary key (tenant, location, lot),
  constraint balance_not_negative check (
    on_hand >= 0 or location in ('stock-supplier', 'stock-patient', 'stock-loss', 'stock-adjustment', 'stock-destroyed')),
  constraint balance_reserved check (reserved >= 0 and (reserved = 0 or reserved <= on_hand))
)`;
