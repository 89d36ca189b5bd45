-- +goose Up

-- SIP accounts of agents' phones. ha1 is what Digest needs of the password, which is nowhere; with it one can register as the phone.
create table sip_account (
    agent text primary key,
    name  text not null unique,
    realm text not null,
    ha1   text not null check (length(ha1) = 32),
    made  timestamptz not null
);

-- Trunks. The password of one that we register with is kept as it is: it must be presented.
create table trunk (
    id       text primary key,
    name     text not null unique,
    hosts    text[] not null,
    server   text not null,
    username text not null,
    password text not null,
    set_at   timestamptz not null
);

-- Nobody but the owner, whatever the defaults of this database give to others.
revoke all on sip_account, trunk from public;
