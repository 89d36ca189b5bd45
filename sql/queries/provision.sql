-- name: account_put
insert into sip_account (agent, name, realm, ha1, made, switch) values ($1, $2, $3, $4, $5, $6)
on conflict (agent) do update set name = excluded.name, realm = excluded.realm, ha1 = excluded.ha1, made = excluded.made,
    switch = excluded.switch

-- name: account_one
select agent, name, realm, ha1, made, switch from sip_account where agent = $1

-- name: account_list
select agent, name, realm, ha1, made, switch from sip_account order by agent

-- name: account_drop
delete from sip_account where agent = $1

-- name: trunk_put
insert into trunk (id, name, hosts, server, username, password, set_at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do update set name = excluded.name, hosts = excluded.hosts, server = excluded.server, username = excluded.username,
    password = excluded.password, set_at = excluded.set_at

-- name: trunk_one
select id, name, hosts, server, username, password, set_at from trunk where id = $1

-- name: trunk_list
select id, name, hosts, server, username, password, set_at from trunk order by id

-- name: trunk_drop
delete from trunk where id = $1
