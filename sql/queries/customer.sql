-- name: customer_rows
-- Those of these ids, and who has the address.
select c.id, c.name, c.tier, c.language, c.region, c.segment, c.age_band, c.dedicated, c.stated, c.tags, c.version, c.created, c.changed,
    i.identities, coalesce(h.channel, '') as habit_channel, coalesce(h.count, 0) as habit_count, coalesce(h.of, 0) as habit_of
from customer c
cross join lateral (
    select coalesce(json_agg(json_build_object('Kind', kind, 'Value', value, 'Source', source, 'Verified', verified) order by place), '[]') as identities,
        array(select distinct s from customer_identity x, unnest(x.spelled) s where x.customer = c.id) as spelled
    from customer_identity where customer = c.id) i
left join lateral (
    select channel, count(*) as count, sum(count(*)) over () as of
    from (select x.channel, x.arrived from unnest(i.spelled) s, lateral (
            select channel, arrived, id from view_interaction where from_number = s and from_number <> '' and channel not in ('callback', 'ticket')
            order by arrived desc, id desc limit $2) x
        order by x.arrived desc, x.id desc limit $2) newest
    group by channel order by count(*) desc, max(arrived) desc limit 1) h on true
where c.id = any ($1::text[] || array(select customer from customer_identity where kind = $3 and value = $4))
order by c.n desc

-- name: customer_list
-- Who has an address is found by it, whichever way the plan is made: the kinds are named so that the index serves without one, too.
select c.id from customer c
where case when $2 = '' then true else c.id = any (array(select customer from customer_identity
        where kind = any (case when $1 = '' then '{phone,email,chat,social}'::text[] else array[$1] end) and value = $2)) end
    and ($3 = '' or c.n < (select n from customer where id = $3))
order by c.n desc limit $4

-- name: customer_lock
select id from customer where id = $1 for update

-- name: customer_put
insert into customer (id, name, tier, language, region, segment, age_band, dedicated, stated, tags, created, changed)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
on conflict (id) do update set name = $2, tier = $3, language = $4, region = $5, segment = $6, age_band = $7, dedicated = $8, stated = $9,
    tags = $10, changed = $11, version = customer.version + 1

-- name: customer_identity_owner
select customer from customer_identity where kind = $1 and value = $2

-- name: customer_identity_drop
delete from customer_identity where customer = $1

-- name: customer_identity_put
insert into customer_identity (kind, value, customer, place, source, verified, spelled) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (kind, value) do nothing

-- name: customer_change_add
insert into customer_change (customer, field, old, new, by, at) values ($1, $2, $3, $4, $5, $6)

-- name: customer_change_list
select field, old as "from", new as "to", by, at from customer_change where customer = $1 order by n
