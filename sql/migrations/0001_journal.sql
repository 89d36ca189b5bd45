-- +goose Up

-- The one cell of this database. The opener with the newest epoch is the only one that may append.
create table cell (
    name     text primary key,
    epoch    bigint not null default 0,
    made     timestamptz not null default now(),
    only_one boolean not null default true unique check (only_one)
);

-- What happened, in order, for ever. body is json and not jsonb: it is kept as written, and a text with an escaped NUL,
-- which jsonb refuses, must not stop the centre.
create table journal (
    cell  text not null,
    seq   bigint not null check (seq > 0),
    at    timestamptz not null,
    kind  text not null,
    about text not null default '',
    body  json not null,
    primary key (cell, seq)
);
create index journal_about on journal (about, seq) where about <> '';
create index journal_queue_defined on journal (seq) where kind = 'queue_defined';

-- What can be erased of a fact. number stands beside the whole so that it can be found.
create table journal_person (
    cell   text not null,
    seq    bigint not null,
    about  text not null default '',
    number text not null default '',
    person json not null,
    primary key (cell, seq)
);
create index journal_person_number on journal_person (number) where number <> '';
create index journal_person_about on journal_person (about) where about <> '';

-- Folded floors; the newest three are kept.
create table checkpoint (
    cell    text not null,
    seq     bigint not null,
    at      timestamptz not null default now(),
    state   bytea not null,
    persons bytea not null,
    primary key (cell, seq)
);

-- How far each reactor has followed the journal. It moves in the transaction that writes the reactor's rows.
create table reactor (
    name text primary key,
    seq  bigint not null default 0
);

-- That somebody was erased, without saying who: interactions are ids. After a backup is restored, the same interactions are
-- erased again. seq is the last line of the journal at that moment: no checkpoint older than it may be kept.
create table tombstone (
    id           bigint generated always as identity primary key,
    at           timestamptz not null default now(),
    seq          bigint not null,
    facts        bigint not null,
    interactions text[] not null
);
