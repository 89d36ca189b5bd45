-- +goose Up

-- API keys. sum is the SHA-256 of the whole key, which is nowhere.
create table access_key (
    id      text primary key,
    name    text not null,
    scopes  text[] not null,
    sum     bytea not null unique check (length(sum) = 32),
    created timestamptz not null,
    revoked timestamptz
);
