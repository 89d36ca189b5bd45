-- name: view_fold
-- The changed rows of the views and the cursor of who folded them, together or not at all: 0 when the cursor is not where it
-- was. The commit does not wait for the disk: a fold that is lost in a crash is folded again.
with moved as (
    update reactor set seq = $3 where name = $1 and seq = $2 and erased = $4
    returning set_config('synchronous_commit', 'off', true)
), queues as (
    insert into view_queue select q.* from moved, json_populate_recordset(null::view_queue, $5) q
    on conflict (id) do update set name = excluded.name, number = excluded.number, greeting = excluded.greeting,
        music = excluded.music, ring_for_us = excluded.ring_for_us, wrap_up_us = excluded.wrap_up_us, tickets = excluded.tickets, survey = excluded.survey
), agents as (
    insert into view_agent select a.* from moved, json_populate_recordset(null::view_agent, $6) a
    on conflict (id) do update set name = excluded.name, endpoint = excluded.endpoint, switch = excluded.switch, queues = excluded.queues,
        status = excluded.status, reason = excluded.reason, status_since = excluded.status_since,
        not_responding = excluded.not_responding, phone = excluded.phone, cool_until = excluded.cool_until,
        offer = excluded.offer, offer_state = excluded.offer_state, interaction = excluded.interaction
), switches as (
    insert into view_switch select s.* from moved, json_populate_recordset(null::view_switch, $8) s
    on conflict (name) do update set away = excluded.away, missed = excluded.missed
), interactions as (
    insert into view_interaction select i.* from moved, json_populate_recordset(null::view_interaction, $7) i
    on conflict (id) do update set channel = excluded.channel, switch = excluded.switch, from_number = excluded.from_number, name = excluded.name,
        to_number = excluded.to_number, queue = excluded.queue, state = excluded.state, reason = excluded.reason,
        agent = excluded.agent, arrived = excluded.arrived, queued = excluded.queued, connected = excluded.connected,
        ended = excluded.ended, score = excluded.score, estimated = excluded.estimated, live = excluded.live, waiting = excluded.waiting,
        callback = excluded.callback, attempts = excluded.attempts, due = excluded.due, previous = excluded.previous
)
select count(*) from moved
