-- name: reactor_make
insert into reactor (name) values ($1) on conflict do nothing

-- name: reactor_place
select seq, erased from reactor where name = $1

-- name: reactor_lock
select seq, erased from reactor where name = $1 for update

-- name: reactor_move
-- The transaction that it begins does not wait for the disk: a crash of the server that takes the rows takes the cursor's move with
-- them, and the lines are reacted to again. What leaves the house (a text, a delivery to a webhook, the order to a switch to forget a
-- recording) is noted before by a commit that waits, and the disk gets the commits in their order: nothing leaves that could be undone.
update reactor set seq = $2 where name = $1 and seq = $3 and erased = $4
returning set_config('synchronous_commit', 'off', true)

-- name: reactor_reset
-- Back to the beginning; who has rows of the fold in hand sees it by erased.
update reactor set seq = 0, erased = erased + 1 where name = $1 returning seq, erased

-- name: reactor_seq
select coalesce((select seq from reactor where name = $1), 0)
