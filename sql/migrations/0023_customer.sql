-- +goose Up

-- Who is served; see orchestrator/desk/customer. All of it is erased with the person.
create table customer (
    n         bigint generated always as identity unique,
    id        text primary key,
    name      text not null,
    tier      text not null,
    language  text not null,
    region    text not null,
    segment   text not null,
    age_band  text not null,
    dedicated text not null,
    stated    text not null,
    tags      text[] not null,
    version   bigint not null default 1,
    created   timestamptz not null,
    changed   timestamptz not null
);

-- One address of a customer. spelled are the ways in which networks write it: what was is found by them.
create table customer_identity (
    kind     text not null check (kind in ('phone', 'email', 'chat', 'social')),
    value    text not null,
    customer text not null references customer (id) on delete cascade,
    place    int not null,
    source   text not null,
    verified boolean not null,
    spelled  text[] not null,
    primary key (kind, value)
);
create index customer_identity_of on customer_identity (customer);
create index customer_identity_spelled on customer_identity using gin (spelled);

create table customer_change (
    n        bigint generated always as identity primary key,
    customer text not null references customer (id) on delete cascade,
    field    text not null,
    old      text not null,
    new      text not null,
    by       text not null,
    at       timestamptz not null
);
create index customer_change_of on customer_change (customer, n);
