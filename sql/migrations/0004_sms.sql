-- +goose Up

-- The outbox. A message that a sender has claimed is due again at the end of the lease, unless it is settled before.
create table sms (
    id          bigint generated always as identity primary key,
    key         text not null unique,
    to_number   text not null,
    text        text not null,
    interaction text not null,
    ticket      text not null,
    state       text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
    attempts    integer not null default 0,
    why         text not null default '',
    created     timestamptz not null,
    due         timestamptz not null default now(),
    sent_at     timestamptz
);
create index sms_due on sms (due, id) where state = 'queued';
create index sms_ticket on sms (ticket) where ticket <> '';
create index sms_to on sms (to_number) where to_number <> '';
