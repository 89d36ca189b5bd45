-- +goose Up

-- How the customer and the centre speak; work of other channels than voice has no switch.
alter table view_interaction add column channel text not null default 'voice';
