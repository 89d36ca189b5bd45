-- name: ticket_next
select nextval('ticket_number')

-- name: ticket_open
insert into ticket (id, number, interaction, queue, agent, customer, subject, state, version, opened, changed, type, fields)
values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9, $10, $11)
on conflict (interaction) where interaction <> '' do nothing
returning number, type, fields, interaction, queue, agent, customer, subject, disposition, score, state, version, opened, changed

-- name: ticket_of
-- Whoever asks is about to change it: nobody moves it meanwhile.
select number, type, fields, interaction, queue, agent, customer, subject, disposition, score, state, version, opened, changed
from ticket
where interaction = $1
for update

-- name: ticket_one
select number, type, fields, interaction, queue, agent, customer, subject, disposition, score, state, version, opened, changed
from ticket
where number = $1

-- name: ticket_lock
select number, type, fields, interaction, queue, agent, customer, subject, disposition, score, state, version, opened, changed
from ticket
where number = $1
for update

-- name: ticket_list
select number, type, fields, interaction, queue, agent, customer, subject, disposition, score, state, version, opened, changed
from ticket
where ($1 = '' or state = $1) and ($2 = '' or interaction = $2) and ($3 = '' or queue = $3)
    and ($4 = '' or id < (select b.id from ticket b where b.number = $4)) and ($6 = '' or type = $6)
order by id desc
limit $5

-- name: ticket_move
update ticket set state = $2, version = version + 1, changed = $3 where number = $1

-- name: ticket_take
update ticket set agent = $2, queue = case when queue = '' then $3 else queue end, version = version + 1, changed = $4 where number = $1

-- name: ticket_dispose
update ticket set disposition = $2, version = version + 1, changed = $3 where number = $1

-- name: ticket_amend
update ticket set subject = $2, type = $3, fields = $4, version = version + 1, changed = $5 where number = $1

-- name: ticket_type_list
select id, name, queues, fields, version from ticket_type order by id

-- name: ticket_type_put
insert into ticket_type (id, name, queues, fields) values ($1, $2, $3, $4)
on conflict (id) do update set name = $2, queues = $3, fields = $4, version = ticket_type.version + 1
returning version

-- name: ticket_type_drop
delete from ticket_type where id = $1

-- name: ticket_rate
update ticket set score = $2, state = $3, version = version + 1, changed = $4 where number = $1

-- name: ticket_change_add
insert into ticket_change (ticket, field, old, new, by, at)
select id, $2, $3, $4, $5, $6 from ticket where number = $1

-- name: ticket_change_list
select c.field, c.old as "from", c.new as "to", c.by, c.at
from ticket_change c join ticket t on t.id = c.ticket
where t.number = $1
order by c.id

-- name: comment_add
insert into ticket_comment (ticket, author, text, at)
select id, $2, $3, $4 from ticket where number = $1
returning id

-- name: comment_one
select c.id, t.number as ticket, c.author, c.text, c.at
from ticket_comment c join ticket t on t.id = c.ticket
where c.id = $1

-- name: comment_list
select c.id, t.number as ticket, c.author, c.text, c.at
from ticket_comment c join ticket t on t.id = c.ticket
where t.number = $1
order by c.id
