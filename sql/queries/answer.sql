-- name: answer_purge
delete from answer where key in (
    select key from answer where at < now() - interval '24 hours' order by at limit $1 for update skip locked)

-- name: answer_claim
-- Waits for another transaction that is at work on the same key.
insert into answer (key, hash) values ($1, $2) on conflict do nothing

-- name: answer_keep
update answer set answer = $2 where key = $1

-- name: answer_one
select hash, answer from answer where key = $1
