-- name: sms_queue
insert into sms (key, class, to_number, text, interaction, ticket, created) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (key) do nothing

-- name: sms_claim
-- The attempt counts from the claim: it tells this claim from a later one. The commit does not wait for the disk, that of sms_leave
-- does: a claim that is lost in a crash is one of a message that has not left.
with taken as (
    update sms set attempts = attempts + 1, claimed = $3, due = now() + $2::bigint * interval '1 microsecond'
    where id in (
        select id from sms where state in ('queued', 'sending') and due <= now() order by due, id limit $1 for update skip locked)
    returning id, key, class, to_number as "to", text, interaction, ticket, state, attempts, why, route, parts,
        array(select ref from sms_part where sms = sms.id order by part) as refs, created, sent_at as sentat, receipt_at as receiptat,
        set_config('synchronous_commit', 'off', true)
)
select id, key, class, "to", text, interaction, ticket, state, attempts, why, route, parts, refs, created, sentat, receiptat from taken

-- name: sms_free
-- Whoever had the cell before is gone, and its claims with it.
update sms set due = now(), claimed = null where claimed < $1 and state in ('queued', 'sending')

-- name: sms_made
-- Spaces and signs in numbers are ours to leave out: one person may be written in several ways.
select count(*) filter (where translate(to_number, ' ().-/', '') = any($4)) as number,
    count(*) filter (where translate(to_number, ' ().-/', '') like any($5)) as country, count(*) as "all"
from sms
where created > $2::timestamptz - $3::bigint * interval '1 microsecond' and (created, id) < ($2::timestamptz, $1)
    and state not in ('failed', 'withheld')

-- name: sms_leave
update sms set state = case when out.out and class <> 'reply' then 'withheld' else 'sending' end,
    why = case when out.out and class <> 'reply' then 'the number has opted out' else why end,
    text = case when out.out and class <> 'reply' then regexp_replace(text, '([/=])[A-Z2-7]{26}', '\1…', 'g') else text end,
    route = $3, parts = $4, due = now() + $6::bigint * interval '1 microsecond'
from (select exists (select from sms_optout where number = $5) as out) out
where id = $1 and attempts = $2 and state in ('queued', 'sending')
returning state

-- name: sms_settle
-- A sender that was overtaken by another claim may still tell that the network has the message.
-- What is not sent again needs the secrets of its links no more.
update sms set state = $2, why = $3, route = $4, parts = $5, claimed = null,
    text = case when $2 in ('queued', 'sending') then text else regexp_replace(text, '([/=])[A-Z2-7]{26}', '\1…', 'g') end, due = coalesce($6::timestamptz, due),
    sent_at = case when $2 = 'sent' then now() else sent_at end
where id = $1 and (state in ('queued', 'sending') and attempts = $7 or state in ('queued', 'sending', 'unsure') and $2 = 'sent')

-- name: sms_part_taken
-- A network uses its names again after a while: the receipt of an older message is none of this one.
insert into sms_part (route, ref, sms, part) values ($1, $2, $3, $4)
on conflict (route, ref) do update set sms = $3, part = $4,
    state = case when sms_part.sms is distinct from $3 and (sms_part.sms is not null or sms_part.told < now() - interval '1 hour') then '' else sms_part.state end,
    why = case when sms_part.sms is distinct from $3 and (sms_part.sms is not null or sms_part.told < now() - interval '1 hour') then '' else sms_part.why end

-- name: sms_part_told
-- "sent" says only that the part is there.
insert into sms_part (route, ref, state, why, told) values ($1, $2, case when $3 = 'sent' then '' else $3 end, $4, now())
on conflict (route, ref) do update set told = now(),
    state = case when sms_part.state = '' then excluded.state else sms_part.state end,
    why = case when sms_part.state = '' then excluded.why else sms_part.why end
returning coalesce(sms, 0)

-- name: sms_part_doubted
-- A receipt that names no part we know may be for a message whose answer was lost: the network gives our own number back.
update sms_part set sms = m.id, part = 1 + (select count(*) from sms_part o where o.sms = m.id)
from (select id from sms where route = $1 and (id & 65535) = $3 and state in ('sending', 'unsure') and due > now() - interval '7 days'
    order by id desc limit 1) m
where sms_part.route = $1 and ref = $2 and sms_part.sms is null
returning m.id

-- name: sms_lock
-- Weaker than "for update", which would wait for whoever adds a part, who may wait for us.
select id from sms where id = $1 for no key update

-- name: sms_receipt
-- An unsure message of which all parts are there is sent after all.
update sms set sent_at = coalesce(sent_at, now()), receipt_at = case when p.final then now() end, why = case when p.bad > 0 then p.why else '' end,
    state = case when p.bad > 0 then 'undelivered' when p.final then 'delivered' else 'sent' end
from (select f.*, f.bad > 0 or f.good >= greatest(f.parts, 1) as final from
    (select count(*) filter (where part.state = 'delivered') as good, count(*) filter (where part.state = 'undelivered') as bad, count(*) as there,
        max(part.why) filter (where part.state = 'undelivered') as why, (select parts from sms where id = $1) as parts
     from sms_part part where part.sms = $1) f) p
where id = $1 and (state in ('sent', 'unsure') and p.final or state = 'unsure' and p.there >= greatest(p.parts, 1))

-- name: sms_list
select id, key, class, to_number as "to", text, interaction, ticket, state, attempts, why, route, parts,
    array(select ref from sms_part where sms = sms.id order by part) as refs, created, sent_at as sentat, receipt_at as receiptat
from sms
where ($1 = '' or state = $1) and ($2 = '' or ticket = $2) and ($3::bigint = 0 or id < $3)
order by id desc
limit $4

-- name: sms_one
select id, key, class, to_number as "to", text, interaction, ticket, state, attempts, why, route, parts,
    array(select ref from sms_part where sms = sms.id order by part) as refs, created, sent_at as sentat, receipt_at as receiptat
from sms
where id = $1
for no key update

-- name: sms_again
-- The attempts go on counting: an old claim must stay another one.
update sms set state = 'queued', why = '', due = now(), created = now(), sent_at = null, receipt_at = null, parts = 0, claimed = null where id = $1

-- name: sms_part_drop
delete from sms_part where sms = $1

-- name: sms_waiting
select count(*) from sms where state in ('queued', 'sending')

-- name: sms_text_put
insert into sms_text (key, route, from_number, to_number, text, word, received) values (nullif($1, ''), $2, $3, $4, $5, $6, $7)
on conflict (route, key) do nothing

-- name: sms_text_open
insert into sms_text (route, from_number, to_number, joint, pieces, received)
values ($1, $2, $3, $4, array_fill(null::text, array[$5::integer]), $6)
on conflict do nothing

-- name: sms_text_join
update sms_text set pieces[$6] = $7
where route = $1 and from_number = $2 and to_number = $3 and joint = $4 and cardinality(pieces) = $5 and word is null
returning id, array_to_string(pieces, '') as text, array_position(pieces, null) is null as whole

-- name: sms_text_whole
update sms_text set text = $2, word = $3, pieces = '{}' where id = $1

-- name: sms_text_list
select id, coalesce(key, '') as key, route, from_number as "from", to_number as "to", text, word, received
from sms_text where word is not null and ($1::bigint = 0 or id < $1) order by id desc limit $2

-- name: sms_optout_put
insert into sms_optout (number, said) values ($1, $2) on conflict (number) do nothing

-- name: sms_optout_drop
delete from sms_optout where number = $1

-- name: sms_optout_list
select number, said, since from sms_optout where number collate "C" > $1 order by number collate "C" limit $2
