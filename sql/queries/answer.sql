-- name: answer_claim
-- Waits for another transaction that is at work on the same key.
insert into answer (key, hash) values ($1, $2) on conflict do nothing

-- name: answer_keep
update answer set answer = $2 where key = $1

-- name: answer_one
select hash, answer from answer where key = $1
