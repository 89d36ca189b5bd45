-- +goose Up

-- Recordings and the job of bringing each home. kept_on_switch is true until the switch has deleted its copy of a stored one.
create table recording (
    id             text primary key,
    tape           text not null unique,
    switch         text not null,
    interaction    text not null,
    queue          text not null,
    agent          text not null,
    state          text not null check (state in ('recording', 'stopped', 'stored', 'failed')),
    why            text not null default '',
    started        timestamptz not null,
    ended          timestamptz,
    length_us      bigint not null default 0,
    bytes          bigint not null default 0,
    sha256         text not null default '',
    attempts       integer not null default 0,
    due            timestamptz not null default now(),
    kept_on_switch boolean not null default true
);
create index recording_newest on recording (started desc, id desc);
create index recording_interaction on recording (interaction);
create index recording_due on recording (due) where state = 'stopped' or (state = 'stored' and kept_on_switch);
