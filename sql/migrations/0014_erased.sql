-- +goose Up

-- A recording whose customer was erased: its audio is a job until it is gone from the shelf and from the switch.
alter table recording add column erased boolean not null default false;
update recording r set erased = true, kept_on_switch = true
where exists (select 1 from tombstone t where r.interaction = any (t.interactions));

drop index recording_due;
create index recording_due on recording (due) where state = 'stopped' or (kept_on_switch and (state = 'stored' or erased));

-- Whether a call is one of somebody who was erased.
create index tombstone_interactions on tombstone using gin (interactions);
