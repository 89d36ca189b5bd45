-- +goose Up

-- The question for a rating of an interaction. token is a hash: what the customer was sent is not to be found here.
create table survey (
    interaction   text primary key,
    queue         text not null,
    agent         text not null,
    customer      text not null default '',
    language      text not null default '',
    state         text not null check (state in ('asked', 'invited', 'answered', 'unanswered')),
    via           text not null default '',
    score         smallint not null default 0,
    words         text not null default '',
    asked         timestamptz not null,
    invited       timestamptz,
    expires       timestamptz,
    answered      timestamptz,
    token         bytea unique,
    tell_invited  boolean not null default false,
    tell_answered boolean not null default false
);
create index survey_newest on survey (asked desc, interaction desc);
create index survey_customer on survey (customer, invited) where customer <> '';
create index survey_untold on survey (interaction) where tell_invited or tell_answered;
create index survey_expires on survey (expires) where token is not null;
