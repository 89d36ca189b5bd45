-- +goose Up

-- Since when a switch is away, and whether its callers still count as waiting; a fold over the journal.
create table view_switch (
    name   text primary key,
    away   timestamptz,
    missed boolean not null
);
