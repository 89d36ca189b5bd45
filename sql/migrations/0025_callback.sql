-- +goose Up

-- A promised call: where it stands, how often the customer's phone was called, when it comes into line, and the call that it goes on from.
alter table view_interaction add column callback text not null default '';
alter table view_interaction add column attempts integer not null default 0;
alter table view_interaction add column due timestamptz;
alter table view_interaction add column previous text not null default '';
create index view_interaction_callback on view_interaction (arrived desc, id desc) where callback <> '';
