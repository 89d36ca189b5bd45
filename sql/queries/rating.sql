-- name: ratings
-- The ratings of orchestrator/insight on another way, in one pass. $2 is the interval in nanoseconds.
with survey_line as (
    select about, seq, at, kind, body, min(seq) filter (where kind = 'survey_answered') over (partition by about) as answered
    from journal
    where cell = $1 and about <> '' and kind in ('survey_asked', 'survey_invited', 'survey_answered')
), rating as (
    select
        (array_agg(coalesce(body ->> 'queue', '') order by seq desc))[1] as queue,
        (array_agg(coalesce(body ->> 'agent', '') order by seq desc))[1] as agent,
        min(at) as first,
        max(cast(body ->> 'score' as bigint)) filter (where seq = answered) as score
    from survey_line
    where answered is null or seq <= answered
    group by about
)
select queue, agent,
    case when $2::bigint > 0 then date_bin($2::bigint / 1000 * interval '1 microsecond', first, timestamptz '0001-01-01 00:00:00+00') end as interval,
    count(*) as asked,
    count(score) as answers,
    cast(coalesce(sum(score), 0) as bigint) as score,
    count(*) filter (where score >= 4) as satisfied
from rating
group by 1, 2, 3
