-- +goose Up

-- The form of the state; a program folds on only what has its own form.
alter table checkpoint add column version text not null default '';

-- Answers to clients are kept for a day.
create index answer_at on answer (at);

-- The epoch of the cell under which a job was claimed, while it is: a later opener of the cell need not wait for the lease.
alter table sms add column claimed bigint;
alter table recording add column claimed bigint;
