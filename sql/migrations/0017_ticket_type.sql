-- +goose Up

-- What a kind of request asks for; see orchestrator/desk/ticket. A ticket keeps the name of its type when that is gone.
create table ticket_type (
    id      text primary key,
    name    text not null,
    queues  text[] not null,
    fields  jsonb not null,
    version bigint not null default 1
);

alter table ticket add column type text not null default '';
alter table ticket add column fields jsonb not null default '{}';

-- A ticket need not come by a call.
alter table ticket drop constraint ticket_interaction_key;
create unique index ticket_interaction on ticket (interaction) where interaction <> '';
create index ticket_type_of on ticket (type, id) where type <> '';
