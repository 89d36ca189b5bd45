-- name: cell_make
insert into cell (name) values ($1) on conflict do nothing

-- name: cell_name
select name from cell

-- name: cell_open
update cell set epoch = epoch + 1 returning name, epoch

-- name: cell_epoch
select epoch from cell where name = $1

-- name: journal_append
-- The share lock makes the fence exact: an opener waits for the append that runs, and the next append of the old
-- owner sees the new epoch. The primary key refuses a number twice; the look at the line before refuses a gap.
with owner as (
    select c.name from cell c
    where c.name = $1 and c.epoch = $2
      and ($3::bigint = 1 or exists (select 1 from journal j where j.cell = $1 and j.seq = $3::bigint - 1))
    for share of c
), facts as (
    insert into journal (cell, seq, at, kind, about, body)
    select owner.name, f.seq, timestamptz 'epoch' + f.at * interval '1 microsecond', f.kind, f.about, f.body
    from owner, unnest($4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::json[])
        as f (seq, at, kind, about, body)
    returning 1
), persons as (
    insert into journal_person (cell, seq, about, number, person)
    select owner.name, p.seq, p.about, p.number, p.person
    from owner, unnest($9::bigint[], $10::text[], $11::text[], $12::json[])
        as p (seq, about, number, person)
)
select count(*) from facts

-- name: journal_last
select coalesce(max(seq), 0) from journal where cell = $1

-- name: journal_entries
select j.seq, j.at, j.kind, j.about, j.body, p.person
from journal j left join journal_person p on p.cell = j.cell and p.seq = j.seq
where j.cell = $1 and j.seq > $2
order by j.seq
limit $3

-- name: journal_story
select j.seq, j.at, j.kind, j.about, j.body, p.person
from journal j left join journal_person p on p.cell = j.cell and p.seq = j.seq
where j.cell = $1 and j.about = $2 and j.about <> '' and j.seq <= $3
order by j.seq

-- name: journal_queue_defined
select j.seq, j.at, j.kind, j.about, j.body, null as person
from journal j
where j.cell = $1 and j.kind = 'queue_defined' and j.seq <= $3 and j.body ->> 'queue' = $2
order by j.seq desc
limit 1

-- name: journal_flows
select j.seq, j.at, j.kind, j.about, j.body, null as person
from journal j
where j.cell = $1 and j.kind = 'flow_published' and case when $2 = ''
    then not exists (select 1 from journal n where n.cell = j.cell and n.kind = 'flow_published'
        and n.body ->> 'flow' = j.body ->> 'flow' and n.seq > j.seq)
    else j.body ->> 'flow' = $2 end
order by j.seq desc
limit case when $2 = '' then null else 100 end -- there are no more flows than the floor allows

-- name: journal_tables
select j.seq, j.at, j.kind, j.about, j.body, null as person
from journal j
where j.cell = $1 and j.kind = 'rules_published' and case when $2 = ''
    then not exists (select 1 from journal n where n.cell = j.cell and n.kind = 'rules_published'
        and n.body ->> 'table' = j.body ->> 'table' and n.seq > j.seq)
    else j.body ->> 'table' = $2 end
order by j.seq desc
limit case when $2 = '' then null else 100 end -- there are no more tables than the floor allows

-- name: checkpoint_save
-- One that was folded before an erasure, or just then, may hold the erased, and is not kept.
insert into checkpoint (cell, seq, version, state, persons)
select $1, $2, $3, $4, $5 where $2 > (select coalesce(max(seq), -1) from tombstone)
on conflict (cell, seq) do update set version = excluded.version, state = excluded.state, persons = excluded.persons, at = now()

-- name: checkpoint_prune
-- Beside the newest three, the first one of each day stays, for those who look back; of another form nobody reads it any more.
delete from checkpoint where cell = $1 and seq not in (
    select seq from (
        select c.seq, c.version, row_number() over (order by c.seq desc) as nth,
            row_number() over (partition by c.version, (j.at at time zone 'UTC')::date order by c.seq) as of_day
        from checkpoint c left join journal j on j.cell = c.cell and j.seq = c.seq where c.cell = $1) kept
    where nth <= 3 or of_day = 1 and version = $2)

-- name: checkpoint_newest
select seq, version, state, persons from checkpoint where cell = $1 order by seq desc limit 1

-- name: checkpoint_earlier
select c.seq, c.version, c.state, c.persons
from checkpoint c join journal j on j.cell = c.cell and j.seq = c.seq
where c.cell = $1 and c.version = $2 and j.at < $3
order by c.seq desc limit 1
