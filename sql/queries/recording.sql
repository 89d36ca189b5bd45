-- name: recording_begin
-- Of somebody who was erased before the reactor came here, nothing is brought home.
insert into recording (id, tape, switch, interaction, queue, agent, started, erased, state, why)
select $1, $2, $3, $4, $5, $6, $7::timestamptz, gone, case when gone then 'stored' else 'recording' end,
    case when gone then 'erased before it was stored' else '' end
from (select exists (select 1 from tombstone where interactions @> array[$4::text]) as gone) t
on conflict (tape) do nothing

-- name: recording_stop
update recording set state = 'stopped', ended = $2, due = now() where tape = $1 and state = 'recording'

-- name: recording_fail
update recording set state = 'failed', why = $2 where tape = $1 and state in ('recording', 'stopped')

-- name: recording_claim
-- The commit does not wait for the disk: one that is lost in a crash is claimed again.
with claimed as (
    update recording set attempts = attempts + 1, claimed = $3, due = now() + $2::bigint * interval '1 microsecond'
    where id in (
        select id from recording
        where (state = 'stopped' or (kept_on_switch and (state = 'stored' or erased))) and due <= now()
        order by due limit $1 for update skip locked)
    returning id, tape, switch, interaction, queue, agent, state, why, started, ended, length_us * 1000 as length, bytes, sha256, attempts, erased,
        set_config('synchronous_commit', 'off', true)
)
select id, tape, switch, interaction, queue, agent, state, why, started, ended, length, bytes, sha256, attempts, erased from claimed

-- name: recording_free
update recording set due = now(), claimed = null where claimed < $1

-- name: recording_settle
update recording set claimed = null, state = $2, why = $3, length_us = $4, bytes = $5, sha256 = $6, due = coalesce($7::timestamptz, due)
where id = $1 and state = 'stopped'
returning erased -- as it is now: an erasure that came first was waited for

-- name: recording_later
update recording set claimed = null, why = $2, due = $3 where id = $1 and (state = 'stored' or erased)
returning erased

-- name: recording_erased
select erased from recording where id = $1

-- name: recording_forgot
-- The commit does not wait for the disk: what is lost in a crash is forgotten by the switch a second time.
update recording set claimed = null, kept_on_switch = false where id = $1
returning set_config('synchronous_commit', 'off', true)

-- name: recording_one
select id, tape, switch, interaction, queue, agent, state, why, started, ended, length_us * 1000 as length, bytes, sha256, attempts, erased
from recording
where id = $1

-- name: recording_list
select id, tape, switch, interaction, queue, agent, state, why, started, ended, length_us * 1000 as length, bytes, sha256, attempts, erased
from recording r
where ($1 = '' or interaction = $1) and ($2 = '' or state = $2)
    and ($3 = '' or (started, id) < (select b.started, b.id from recording b where b.id = $3))
order by started desc, id desc
limit $4
