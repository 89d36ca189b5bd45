-- name: hook_list
select id, url, events, person, state, after, created, changed, secret, old_secret as oldsecret, old_until as olduntil, failures, failing,
    retry_at as retryat, why
from webhook
order by id

-- name: hook_one
select id, url, events, person, state, after, created, changed, secret, old_secret as oldsecret, old_until as olduntil, failures, failing,
    retry_at as retryat, why
from webhook
where id = $1

-- name: hook_active
select id, url, events, person, state, after, created, changed, secret, old_secret as oldsecret, old_until as olduntil, failures, failing,
    retry_at as retryat, why
from webhook
where state = 'active'
order by id

-- name: hook_put
-- A new address begins without failures.
insert into webhook (id, url, events, person, state, created, changed, secret, after)
values ($1, $2, $3, $4, $5, $6, $6, $7, (select coalesce(max(seq), 0) from journal where cell = $8))
on conflict (id) do update set url = $2, events = $3, person = $4, state = $5, changed = $6,
    failures = case when webhook.url = $2 then webhook.failures else 0 end, failing = case when webhook.url = $2 then webhook.failing end,
    retry_at = case when webhook.url = $2 then webhook.retry_at end, why = case when webhook.url = $2 then webhook.why else '' end
returning xmax = 0

-- name: hook_drop
delete from webhook where id = $1

-- name: hook_rotate
update webhook set old_secret = secret, old_until = $3, secret = $2, changed = $4 where id = $1

-- name: hook_went
update webhook set failures = $2, why = $3, retry_at = $4, failing = case when $2 > 0 then coalesce(failing, now()) end where id = $1

-- name: hook_standing
select count(*) filter (where state = 'queued') as waiting, min(queued) filter (where state = 'queued') as oldest,
    count(*) filter (where state = 'dead') as dead
from webhook_delivery
where hook = $1

-- name: delivery_queue
insert into webhook_delivery (hook, type, lane, seq, ticket, version, at)
select id, $2, $3, $4, $5, $6, $7 from webhook where id = $1
on conflict (hook, seq, ticket, version) do nothing

-- name: delivery_claim
-- The first of each lane alone, so that they leave in their order. The attempt counts from the claim: it tells this claim from a
-- later one.
-- One walk through the index finds the firsts: to ask of each delivery whether another comes before it takes seconds when many wait.
with first as materialized (
    select distinct on (lane) id from webhook_delivery where hook = $1 and state = 'queued' order by lane, id
)
update webhook_delivery set attempts = attempts + 1, claimed = $4, due = now() + $3::bigint * interval '1 microsecond'
where id in (
    select d.id from webhook_delivery d
    where d.id in (select id from first) and d.state = 'queued' and d.due <= now()
        and exists (select from webhook where id = $1 and state = 'active')
    order by d.id limit $2 for update skip locked)
returning id, hook, type, lane, seq, ticket, version, at, state, attempts, why, queued

-- name: delivery_free
-- Whoever had the cell before is gone, and its claims with it.
update webhook_delivery set due = now(), claimed = null where claimed < $1 and state = 'queued'

-- name: delivery_arrived
delete from webhook_delivery where id = $1 and state = 'queued'

-- name: delivery_later
update webhook_delivery set state = $2, why = $3, due = $4, claimed = null where id = $1 and state = 'queued' and attempts = $5

-- name: delivery_died
update webhook_delivery set state = 'dead', claimed = null, why = case when why = '' then 'it waited too long' else why end
where state = 'queued' and queued < $1

-- name: delivery_forget
delete from webhook_delivery where state = 'dead' and queued < $1

-- name: delivery_dead
select id, hook, type, lane, seq, ticket, version, at, state, attempts, why, queued
from webhook_delivery
where hook = $1 and state = 'dead' and ($2::bigint = 0 or id < $2)
order by id desc
limit $3

-- name: delivery_again
update webhook_delivery set state = 'queued', attempts = 0, queued = now(), due = now(), why = ''
where id in (
    select id from webhook_delivery where hook = $1 and state = 'dead' and (cardinality($2::bigint[]) = 0 or id = any ($2::bigint[]))
    order by id limit $3)
