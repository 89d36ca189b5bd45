-- name: reactor_make
insert into reactor (name) values ($1) on conflict do nothing

-- name: reactor_lock
select seq from reactor where name = $1 for update

-- name: reactor_move
-- Decides too whether the commit waits for the disk: a fold that is lost in a crash is folded again, what a customer may
-- already have been told must not be.
update reactor set seq = $2 where name = $1 returning set_config('synchronous_commit', $3, true)

-- name: reactor_seq
select coalesce((select seq from reactor where name = $1), 0)
