-- name: verify_numbers
select count(*) as lines, coalesce(min(seq), 0) as first, coalesce(max(seq), 0) as last from journal where cell = $1

-- name: verify_order
select count(*) from (
    select at < lag(at) over (order by seq) as back from journal where cell = $1) o
where back

-- name: verify_persons
select count(*) from journal_person p
where p.cell = $1 and not exists (select 1 from journal j where j.cell = p.cell and j.seq = p.seq and j.about = p.about)

-- name: verify_cursors
select name from reactor where seq > $1

-- name: verify_views
-- A sum over all rows that does not depend on their order.
select concat_ws(' ',
    (select count(*) || ':' || coalesce(sum(hashtextextended(q::text, 1)), 0) from view_queue q),
    (select count(*) || ':' || coalesce(sum(hashtextextended(a::text, 2)), 0) from view_agent a),
    (select count(*) || ':' || coalesce(sum(hashtextextended(i::text, 3)), 0) from view_interaction i),
    (select count(*) || ':' || coalesce(sum(hashtextextended(s::text, 4)), 0) from view_switch s))
