-- +goose Up

-- Links by which a caller goes on over a chat in the old place. token is a hash: what the customer was sent is not to be found here.
create table place_link (
    token       bytea primary key,
    interaction text not null,
    until       timestamptz not null
);
create index place_link_until on place_link (until);
create index place_link_of on place_link (interaction);
