-- +goose Up

-- Folds over the journal: all of this can be thrown away and folded again (tandem journal rebuild).
create table view_queue (
    id          text primary key,
    name        text not null,
    number      text not null,
    greeting    text not null,
    music       text not null,
    ring_for_us bigint not null,
    wrap_up_us  bigint not null,
    tickets     text not null
);

create table view_agent (
    id             text primary key,
    name           text not null,
    endpoint       text not null,
    queues         text[] not null,
    status         text not null,
    reason         text not null,
    status_since   timestamptz not null,
    not_responding boolean not null,
    phone          text not null,
    cool_until     timestamptz,
    offer          text not null,
    offer_state    text not null,
    interaction    text not null
);
create index view_agent_endpoint on view_agent (endpoint);
create index view_agent_offer on view_agent (offer) where offer <> '';

create table view_interaction (
    id          text primary key,
    switch      text not null,
    from_number text not null,
    name        text not null,
    to_number   text not null,
    queue       text not null,
    state       text not null,
    reason      text not null,
    agent       text not null,
    arrived     timestamptz not null,
    queued      timestamptz,
    connected   timestamptz,
    ended       timestamptz,
    estimated   boolean not null,
    live        boolean not null,
    waiting     boolean not null
);
create index view_interaction_newest on view_interaction (arrived desc, id desc);
create index view_interaction_live on view_interaction (arrived desc, id desc) where live;
create index view_interaction_waiting on view_interaction (queue, queued) where waiting;
create index view_interaction_from on view_interaction (from_number) where from_number <> '';
