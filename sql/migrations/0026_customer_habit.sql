-- +goose Up

-- The newest interactions from an address are found without reading all of them.
create index view_interaction_from_newest on view_interaction (from_number, arrived desc, id desc) where from_number <> '';
drop index view_interaction_from;
