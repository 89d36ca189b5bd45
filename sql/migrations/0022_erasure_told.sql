-- +goose Up

-- Whether the floor that runs has forgotten whoever was erased; those from before this version were forgotten at its start.
alter table tombstone add column told boolean not null default false;
update tombstone set told = true;
create index tombstone_untold on tombstone (id) where not told;
