-- +goose Up

-- Few jobs are claimed at a time; an opener of the cell finds them here.
create index sms_claimed on sms (claimed) where claimed is not null;
create index recording_claimed on recording (claimed) where claimed is not null;
