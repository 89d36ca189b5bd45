-- +goose Up

-- Other systems that are told what happens; see orchestrator/desk/webhook. The secrets sign, so that they are kept as they are.
create table webhook (
    id         text primary key,
    url        text not null,
    events     text[] not null,
    person     boolean not null,
    state      text not null check (state in ('active', 'paused')),
    after      bigint not null,
    created    timestamptz not null,
    changed    timestamptz not null,
    secret     text not null,
    old_secret text not null default '',
    old_until  timestamptz,
    failures   integer not null default 0,
    failing    timestamptz,
    retry_at   timestamptz,
    why        text not null default ''
);

-- What they are still to be told. It holds no content: that is read when it leaves. What has arrived is deleted.
create table webhook_delivery (
    id       bigint generated always as identity primary key,
    hook     text not null references webhook (id) on delete cascade,
    type     text not null,
    lane     text not null,
    seq      bigint not null,
    ticket   text not null,
    version  bigint not null,
    at       timestamptz not null,
    state    text not null default 'queued' check (state in ('queued', 'dead')),
    attempts integer not null default 0,
    why      text not null default '',
    queued   timestamptz not null default now(),
    due      timestamptz not null default now(),
    claimed  bigint,
    unique (hook, seq, ticket, version)
);
create index webhook_delivery_lane on webhook_delivery (hook, lane, id) where state = 'queued';
create index webhook_delivery_dead on webhook_delivery (hook, id) where state = 'dead';
create index webhook_delivery_queued on webhook_delivery (queued);
create index webhook_delivery_claimed on webhook_delivery (claimed) where claimed is not null;
