-- +goose Up

-- Phones live on one of several switches; '' is the first of the configuration.
alter table view_agent add column switch text not null default '';
alter table sip_account add column switch text not null default '';
