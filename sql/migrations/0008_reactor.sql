-- +goose Up

-- Counts what is changed behind a reactor's back, such as an erasure: what the reactor has in hand does not hold any more.
alter table reactor add column erased bigint not null default 0;
