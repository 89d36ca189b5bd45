-- +goose Up

-- How many messages were made within the last hour: the limits against having us text numbers that somebody earns by.
create index sms_created on sms (created, id);
