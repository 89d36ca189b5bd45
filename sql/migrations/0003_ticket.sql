-- +goose Up

-- Numbers that were drawn and not used leave gaps, which nobody minds.
create sequence ticket_number minvalue 0 start with 0;

create table ticket (
    id          bigint primary key,
    number      text not null unique,
    interaction text not null unique,
    queue       text not null,
    agent       text not null,
    customer    text not null,
    subject     text not null,
    disposition text not null default '',
    state       text not null check (state in ('open', 'pending', 'solved', 'closed')),
    version     bigint not null default 1,
    opened      timestamptz not null,
    changed     timestamptz not null
);
create index ticket_customer on ticket (customer) where customer <> '';

create table ticket_comment (
    id     bigint generated always as identity primary key,
    ticket bigint not null references ticket (id),
    author text not null,
    text   text not null,
    at     timestamptz not null
);
create index ticket_comment_ticket on ticket_comment (ticket, id);

-- What was changed from what, by whom: no update loses the old value.
create table ticket_change (
    id       bigint generated always as identity primary key,
    ticket   bigint not null references ticket (id),
    field    text not null,
    old      text not null,
    new      text not null,
    by       text not null,
    at       timestamptz not null
);
create index ticket_change_ticket on ticket_change (ticket, id);

-- What a client was answered under its idempotency key. hash is of the whole request, answer holds nothing of a person.
create table answer (
    key    text primary key,
    hash   bytea not null,
    answer jsonb not null default 'null',
    at     timestamptz not null default now()
);
