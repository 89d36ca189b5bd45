-- name: sms_queue
insert into sms (key, to_number, text, interaction, ticket, created) values ($1, $2, $3, $4, $5, $6)
on conflict (key) do nothing

-- name: sms_claim
-- The attempt counts from the claim, so that a sender that dies on a message does not try it for ever.
update sms set attempts = attempts + 1, due = now() + $2::bigint * interval '1 microsecond'
where id in (
    select id from sms where state = 'queued' and due <= now() order by due, id limit $1 for update skip locked)
returning id, key, to_number as "to", text, interaction, ticket, state, attempts, why, created, sent_at as sentat

-- name: sms_settle
update sms set state = $2, why = $3, due = coalesce($4::timestamptz, due), sent_at = case when $2 = 'sent' then now() end
where id = $1 and state = 'queued'

-- name: sms_list
select id, key, to_number as "to", text, interaction, ticket, state, attempts, why, created, sent_at as sentat
from sms
where ($1 = '' or state = $1) and ($2 = '' or ticket = $2) and ($3::bigint = 0 or id < $3)
order by id desc
limit $4
