-- +goose Up

-- How callers of a queue are asked for a rating, and what they gave: 1 to 5, 0 for none.
alter table view_queue add column survey text not null default '';
alter table view_interaction add column score smallint not null default 0;
alter table ticket add column score smallint not null default 0;
