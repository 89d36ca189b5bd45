-- +goose Up

-- What leaves by real routes. A message is "sending" before its first octet leaves; see orchestrator/desk/notify.
alter table sms drop constraint sms_state_check;
alter table sms add constraint sms_state_check check (state in
    ('queued', 'sending', 'sent', 'delivered', 'undelivered', 'unsure', 'failed', 'withheld'));
alter table sms add column class text not null default '' check (class in ('', 'urgent', 'reply'));
alter table sms add column route text not null default '';
alter table sms add column parts integer not null default 0;
alter table sms add column receipt_at timestamptz;
drop index sms_due;
create index sms_due on sms (due, id) where state in ('queued', 'sending');
create index sms_unsure on sms (route, (id & 65535)) where state in ('sending', 'unsure');

-- What the network calls each part that it has taken, and what became of it. A receipt may come before the answer that tells
-- to which message the part belongs: then sms is null for a moment.
create table sms_part (
    route text not null,
    ref   text not null,
    sms   bigint references sms (id) on delete cascade,
    part  integer not null default 0,
    state text not null default '' check (state in ('', 'delivered', 'undelivered')),
    why   text not null default '',
    told  timestamptz not null default now(),
    primary key (route, ref)
);
create index sms_part_sms on sms_part (sms, part);

-- What customers text. A long text arrives in parts; it is whole when word is set. key is the gateway's own name for it.
create table sms_text (
    id          bigint generated always as identity primary key,
    key         text,
    route       text not null,
    from_number text not null,
    to_number   text not null,
    text        text not null default '',
    word        text check (word in ('', 'stop', 'start', 'help')),
    joint       integer,
    pieces      text[] not null default '{}',
    received    timestamptz not null,
    unique (route, key)
);
create unique index sms_text_open on sms_text (route, from_number, to_number, joint, cardinality(pieces)) where word is null;
create index sms_text_from on sms_text (from_number) where from_number <> '';

-- Numbers that want no messages.
create table sms_optout (
    number text primary key,
    said   text not null default '',
    since  timestamptz not null default now()
);
