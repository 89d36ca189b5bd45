-- name: switch_one
select name, away, missed from view_switch where name = $1

-- name: switch_clear
delete from view_switch
