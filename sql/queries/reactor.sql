-- name: reactor_make
insert into reactor (name) values ($1) on conflict do nothing

-- name: reactor_place
select seq, erased from reactor where name = $1

-- name: reactor_lock
select seq, erased from reactor where name = $1 for update

-- name: reactor_move
update reactor set seq = $2 where name = $1 and seq = $3 and erased = $4

-- name: reactor_reset
-- Back to the beginning; who has rows of the fold in hand sees it by erased.
update reactor set seq = 0, erased = erased + 1 where name = $1 returning seq, erased

-- name: reactor_seq
select coalesce((select seq from reactor where name = $1), 0)
