-- name: interaction_one
select id, channel, switch, from_number as "from", name, to_number as "to", queue, state, reason, agent, arrived, queued, connected,
    ended, estimated, score, callback, attempts, due, previous,
    (select s.away from view_switch s where s.name = switch and live) as awaysince
from view_interaction
where id = $1

-- name: interaction_list
select i.id, i.channel, i.switch, i.from_number as "from", i.name, i.to_number as "to", i.queue, i.state, i.reason, i.agent, i.arrived,
    i.queued, i.connected, i.ended, i.estimated, i.score, i.callback, i.attempts, i.due, i.previous,
    (select s.away from view_switch s where s.name = i.switch and i.live) as awaysince
from view_interaction i
where ($1 = '' or i.queue = $1) and ($2 = '' or i.agent = $2) and ($3 = '' or i.state = $3) and (not $4::boolean or i.live)
    and ($7::timestamptz is null or i.arrived >= $7) and ($8::timestamptz is null or i.arrived < $8)
    and (not $9::boolean or i.callback <> '') and ($10 = '' or i.callback = $10)
    and ($5 = '' or (i.arrived, i.id) < (select b.arrived, b.id from view_interaction b where b.id = $5))
order by i.arrived desc, i.id desc
limit $6

-- name: interaction_clear
delete from view_interaction
