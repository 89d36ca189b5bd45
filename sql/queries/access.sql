-- name: key_add
insert into access_key (id, name, scopes, sum, created) values ($1, $2, $3, $4, $5)

-- name: key_by_sum
select id, name, scopes, created, revoked from access_key where sum = $1

-- name: key_list
select id, name, scopes, created, revoked from access_key order by created, id

-- name: key_revoke
update access_key set revoked = coalesce(revoked, $2) where id = $1
