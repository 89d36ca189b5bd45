-- name: queue_list
select q.id, q.name, q.number, q.greeting, q.music, q.ring_for_us * 1000 as ringfor, q.wrap_up_us * 1000 as wrapup, q.tickets, q.survey,
    w.waiting, w.oldestsince
from view_queue q, lateral (
    select count(*) as waiting, min(i.queued) as oldestsince from view_interaction i 
    where i.waiting and i.queue = q.id and i.switch not in (select s.name from view_switch s where s.missed)) w
where $1 = '' or q.id = $1
order by q.id

-- name: queue_silent
select q.number || ' (' || q.id || ')' from view_queue q
where not exists (select from view_interaction i where i.to_number = q.number)
order by q.number, q.id

-- name: queue_clear
delete from view_queue
