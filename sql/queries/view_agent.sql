-- name: agent_list
select id, name, endpoint, switch, queues, status, reason, status_since as statussince, not_responding as notresponding, phone,
    cool_until as cooluntil, offer, offer_state as offerstate, interaction
from view_agent
order by id

-- name: agent_one
select id, name, endpoint, switch, queues, status, reason, status_since as statussince, not_responding as notresponding, phone,
    cool_until as cooluntil, offer, offer_state as offerstate, interaction
from view_agent
where id = $1

-- name: agent_clear
delete from view_agent
