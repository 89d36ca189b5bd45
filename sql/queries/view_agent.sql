-- name: agent_put
insert into view_agent (id, name, endpoint, queues, status, reason, status_since, not_responding, phone, cool_until, offer,
    offer_state, interaction)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (id) do update set name = excluded.name, endpoint = excluded.endpoint, queues = excluded.queues,
    status = excluded.status, reason = excluded.reason, status_since = excluded.status_since,
    not_responding = excluded.not_responding, phone = excluded.phone, cool_until = excluded.cool_until,
    offer = excluded.offer, offer_state = excluded.offer_state, interaction = excluded.interaction

-- name: agent_list
select id, name, endpoint, queues, status, reason, status_since as statussince, not_responding as notresponding, phone,
    cool_until as cooluntil, offer, offer_state as offerstate, interaction
from view_agent
order by id

-- name: agent_one
select id, name, endpoint, queues, status, reason, status_since as statussince, not_responding as notresponding, phone,
    cool_until as cooluntil, offer, offer_state as offerstate, interaction
from view_agent
where id = $1

-- name: agent_at
select id, name, endpoint, queues, status, reason, status_since as statussince, not_responding as notresponding, phone,
    cool_until as cooluntil, offer, offer_state as offerstate, interaction
from view_agent
where endpoint = $1
order by id

-- name: agent_with
select id, name, endpoint, queues, status, reason, status_since as statussince, not_responding as notresponding, phone,
    cool_until as cooluntil, offer, offer_state as offerstate, interaction
from view_agent
where offer = $1 and offer <> ''

-- name: agent_clear
delete from view_agent
