-- name: figures
-- The figures of orchestrator/insight, computed on another way: from the journal's lines by SQL alone, in one pass.
-- $2 interval, $3 target, $4 short abandon, in nanoseconds as the facts have durations.
with story as (
    -- asked counts how often the interaction has asked for an agent: each line belongs to the last time.
    select about, seq, at, kind, body, count(*) filter (where kind = 'item_queued') over (partition by about order by seq) as asked
    from journal
    where cell = $1 and about <> '' and kind in
        ('item_queued', 'offer_made', 'offer_ended', 'offer_connected', 'talk_ended', 'wrap_up_ended', 'queue_left', 'item_ended')
), line as (
    select about, seq, kind, body, asked from story
    union all -- one that the plan of a queue led to another has flowed out of the first
    select about, seq, 'queue_left', json_build_object('wait', cast(extract(epoch from at - cast(body ->> 'since' as timestamptz)) * 1e9 as bigint)), asked - 1
    from story
    where kind = 'item_queued' and body ->> 'from' <> ''
), promised as (
    select r.about, o.body ->> 'queue' as queue, cast(r.body ->> 'since' as timestamptz) as since,
        exists (select from journal c where c.cell = $1 and c.about = r.about and c.kind = 'offer_connected') as connected
    from journal r join journal o on o.cell = r.cell and o.about = r.about and o.kind = 'interaction_opened'
    where r.cell = $1 and r.kind = 'callback_requested'
), item as (
    select about,
        max(body ->> 'queue') filter (where kind = 'item_queued') as queue,
        max(cast(body ->> 'since' as timestamptz)) filter (where kind = 'item_queued') as since,
        (array_agg(cast(body ->> 'wait' as bigint) order by seq) filter (where kind = 'offer_connected'))[1] as answered,
        bool_or(body ->> 'state' = 'converted_to_callback') filter (where kind = 'item_ended') as converted,
        (array_agg(case kind when 'queue_left' then 'flowed_out' else body ->> 'state' end order by seq)
            filter (where kind in ('queue_left', 'item_ended')))[1] as ending,
        (array_agg(cast(body ->> 'wait' as bigint) order by seq) filter (where kind in ('queue_left', 'item_ended')))[1] as waited,
        count(*) filter (where kind = 'offer_made') as offers,
        count(*) filter (where kind = 'offer_ended' and body ->> 'state' = 'no_answer') as no_answers,
        count(*) filter (where kind = 'talk_ended') as talks,
        coalesce(sum(cast(body ->> 'talk' as bigint)) filter (where kind = 'talk_ended'), 0) as talk,
        coalesce(sum(cast(body ->> 'wrap' as bigint)) filter (where kind = 'wrap_up_ended'), 0) as wrap
    from line
    where asked > 0
    group by about, asked
), counted as (
    select queue, talks, talk, wrap, offers, no_answers, waited, 0 as requested, 0 as connected,
        case when about not in (select about from promised) then answered end as answered, -- a promised call is no outcome of its queue
        case when about not in (select about from promised) then
            case when answered is not null then null when converted then 'converted_to_callback' else ending end end as state,
            -- answered is an outcome of its own, whatever the ending
        case when $2::bigint > 0
            then date_bin($2::bigint / 1000 * interval '1 microsecond', since, timestamptz '0001-01-01 00:00:00+00') end as interval
    from item
    union all
    select queue, 0, 0, 0, 0, 0, null, 1, connected::int, null, null,
        case when $2::bigint > 0
            then date_bin($2::bigint / 1000 * interval '1 microsecond', since, timestamptz '0001-01-01 00:00:00+00') end
    from promised
)
select queue, interval,
    count(answered) as answered,
    count(*) filter (where state = 'abandoned') as abandoned,
    count(*) filter (where state = 'flowed_out') as flowedout,
    count(*) filter (where state = 'canceled') as canceled,
    count(*) filter (where state = 'expired') as expired,
    count(*) filter (where state = 'converted_to_callback') as converted,
    sum(requested) as callbacksrequested,
    sum(connected) as callbacksconnected,
    count(*) filter (where answered <= $3::bigint) as answeredin,
    count(*) filter (where state = 'abandoned' and waited <= $3::bigint) as abandonedin,
    count(*) filter (where state = 'abandoned' and waited <= $4::bigint) as shortabandons,
    cast(coalesce(sum(answered), 0) as bigint) as waitanswered,
    coalesce(greatest(max(answered), max(waited) filter (where state in ('abandoned', 'flowed_out'))), 0) as longestwait,
    count(*) filter (where talks > 0) as handled,
    cast(sum(talk) as bigint) as talk,
    cast(sum(wrap) as bigint) as wrap,
    cast(sum(offers) as bigint) as offers,
    cast(sum(no_answers) as bigint) as noanswers
from counted
group by queue, interval
