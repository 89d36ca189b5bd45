-- +goose Up

-- Published decision tables are read out of the journal itself.
create index journal_rules_published on journal ((body ->> 'table'), seq) where kind = 'rules_published';
