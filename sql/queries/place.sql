-- name: place_link_put
insert into place_link (token, interaction, until) values ($1, $2, $3)

-- name: place_link_one
select interaction from place_link where token = $1

-- name: place_link_forget
delete from place_link where until < $1
