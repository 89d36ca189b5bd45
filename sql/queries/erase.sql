-- name: erase_lock
-- No reactor may be half-way with what is erased, or have it in hand afterwards.
with locked as (select name from reactor order by name for update)
update reactor r set erased = r.erased + 1 from locked where r.name = locked.name returning r.name

-- name: erase_interactions
select distinct about from journal_person where cell = $1 and number = $2 and about <> ''

-- name: erase_keyed_calls
-- Calls of others in which this number was keyed in, to be called back on. What is kept of a person is compared as the text that it is:
-- one with an escaped NUL could not be read as a value.
select distinct p.about from journal_person p join journal j on j.cell = p.cell and j.seq = p.seq
where p.cell = $1 and j.kind = 'attribute_set' and strpos(j.body::text, '"callback_number"') > 0
    and strpos(p.person::text, '"text":"' || $2::text || '"') > 0 and p.about <> all ($3::text[])

-- name: erase_keyed
-- The number, and what was said of it.
delete from journal_person p using journal j
where p.cell = $1 and j.cell = p.cell and j.seq = p.seq and p.about = any ($3::text[]) and (j.kind = 'prompt_begun'
    or j.kind = 'attribute_set' and strpos(j.body::text, '"callback_number"') > 0 and strpos(p.person::text, '"text":"' || $2::text || '"') > 0)

-- name: erase_keyed_fields
update ticket set fields = fields - 'callback_number' where interaction = any ($2::text[]) and fields ->> 'callback_number' = $1::text

-- name: erase_keyed_history
update ticket_change c set old = '', new = '' from ticket t
where c.ticket = t.id and t.interaction = any ($1::text[]) and c.field = 'fields.callback_number'

-- name: erase_living
select a.about from unnest($2::text[]) as a (about), lateral (
    select count(*) filter (where j.kind = 'interaction_ended') as ended,
        count(*) filter (where j.kind = 'talk_ended') as talks,
        count(*) filter (where j.kind = 'wrap_up_ended') as wraps
    from journal j where j.cell = $1 and j.about = a.about and j.about <> '') f
where f.ended = 0 or f.talks > f.wraps

-- name: erase_persons
-- A number that stands on the do-not-call list stays on it.
delete from journal_person p where cell = $1 and (number = $2 or about = any ($3::text[]))
    and not (about = '' and 'number_forbidden' = (
        select j.kind from journal_person q join journal j on j.cell = q.cell and j.seq = q.seq
        where q.cell = $1 and q.number = $2 and q.about = '' and j.kind in ('number_forbidden', 'number_allowed')
        order by j.seq desc limit 1)
        and p.seq in (select seq from journal where cell = $1 and kind in ('number_forbidden', 'number_allowed')))

-- name: erase_checkpoints
delete from checkpoint where cell = $1

-- name: erase_views
update view_interaction set from_number = '', name = '' where id = any ($2::text[]) or from_number = $1

-- name: erase_comments
update ticket_comment set text = '' where ticket in
    (select id from ticket where customer = $1 or interaction = any ($2::text[]))

-- name: erase_tickets
-- What was keyed in goes too, with what the history says of it, and so does a subject that was written by hand: that of a ticket that no
-- call opened, and one that was changed.
with here as (
    select id from ticket where customer = $1 or interaction = any ($2::text[])
), told as (
    update ticket_change c set old = '', new = '' from here where c.ticket = here.id and (c.field like 'fields.%' or c.field = 'subject')
)
update ticket t set customer = '', fields = '{}', subject = case
        when t.interaction = '' or exists (select from ticket_change c where c.ticket = t.id and c.field = 'subject') then ''
        else t.subject end
from here where t.id = here.id

-- name: erase_sms
-- The key of an answer to a text is made of the number.
update sms set to_number = '', text = '', key = case when class = 'reply' then 'erased:' || id else key end,
    why = case when state = 'queued' then 'erased before it was sent' else why end,
    state = case state when 'queued' then 'failed' when 'sending' then 'unsure' else state end
where to_number = $1 or interaction = any ($2::text[])

-- name: erase_sms_parts
delete from sms_part where sms in (select id from sms where to_number = $1 or interaction = any ($2::text[]))

-- name: erase_surveys
-- The link leads nowhere any more.
update survey set customer = '', words = '', token = null, state = case when state = 'invited' then 'unanswered' else state end
where customer = $1 or interaction = any ($2::text[])

-- name: erase_texts
update sms_text set from_number = '', text = '', pieces = '{}', word = coalesce(word, '') where from_number = $1

-- name: erase_optout
delete from sms_optout where number = $1

-- name: erase_places
delete from place_link where interaction = any ($1::text[])

-- name: erase_customers
-- The whole record, with its history: whose number it is has no other one here.
delete from customer where id in (select customer from customer_identity where spelled @> array[$1])

-- name: erase_customer_history
-- An address that was taken from a record stands in its history still, as it was written then.
update customer_change set old = '', new = ''
where field like 'identities.%' and ((old || ',') ^@ ($1 || ',') or old ^@ ($1 || ' from ') or (new || ',') ^@ ($1 || ',') or new ^@ ($1 || ' from '))

-- name: erase_tapes
-- One that was not brought home yet must not come any more: it counts as stored, with nothing on the shelf. The audio is taken from
-- the shelf and the switch as a job. One that is being brought home may still come to the shelf: its turn is after that.
update recording set erased = true, kept_on_switch = true,
    state = case when state in ('recording', 'stopped') then 'stored' else state end,
    why = case when state in ('recording', 'stopped') then 'erased before it was stored' else why end,
    due = case when claimed is null then now() else greatest(due, now() + interval '3 minutes') end
where interaction = any ($1::text[])
returning tape

-- name: erase_tombstone
insert into tombstone (seq, facts, interactions)
select coalesce(max(seq), 0), $2, $3::text[] from journal where cell = $1

-- name: erase_untold
select id, interactions from tombstone where not told order by id limit $1

-- name: erase_told
-- What the floor knew until this line may stand in a checkpoint that was written since the erasure.
with told as (
    update tombstone set told = true, seq = greatest(seq, $2) where id = $1 returning id
)
delete from checkpoint where cell = $3 and seq <= $2 and exists (select from told)
