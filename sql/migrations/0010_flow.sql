-- +goose Up

-- Published flows are read out of the journal itself.
create index journal_flow_published on journal ((body ->> 'flow'), seq) where kind = 'flow_published';
