-- The head of the log. Every append locks this one row first, so positions are dense and in commit order: a
-- sequence would hand out numbers that become visible out of order, and followers would lose events. The rules by
-- which the tables below the log are written stand in the same row, so that an append reads them under the lock.
create table log_head (
    id bigint not null primary key check (id = 1),
    position bigint not null,
    recorded_at timestamptz not null,
    rules text not null
);

insert into log_head (id, position, recorded_at, rules)
values (1, 0, '1970-01-01T00:00:00Z', '');

-- The log. The envelope is fixed for ever: rows that cannot be changed cannot be filled in later.
create table events (
    position bigint not null primary key,
    stream text collate "C" not null,
    version bigint not null,
    kind text not null,
    schema_version bigint not null,
    recorded_at timestamptz not null,
    command_id uuid not null,
    command_index bigint not null,
    actor text not null,
    payload text not null,
    leaf_hash bytea not null,
    -- Loads a stream in order; the belt of optimistic concurrency.
    constraint events_stream unique (stream, version),
    -- Finds what a command recorded when it is sent again; the belt of idempotency.
    constraint events_command unique (command_id, command_index)
);

-- Append-only by the database itself. An insert at a position that exists is refused by the primary key.
create function refuse_change_of_events() returns trigger language plpgsql as $$
begin
    raise exception 'events are append-only: % is refused; mend an error by a later event', lower(tg_op)
        using errcode = 'restrict_violation';
end
$$;

create trigger events_refuse_update before update on events
    for each statement execute function refuse_change_of_events();
create trigger events_refuse_delete before delete on events
    for each statement execute function refuse_change_of_events();
create trigger events_refuse_truncate before truncate on events
    for each statement execute function refuse_change_of_events();

-- From here on: what follows from the log. Each table can be emptied and rebuilt.

-- Which agreements there are. The key is the stream's name, in byte order, which is the order of pages.
create table agreements (
    agreement text collate "C" not null primary key,
    instrument text collate "C" not null,
    country text collate "C" not null,
    version bigint not null,
    position bigint not null
);

-- Lists one instrument's agreements, by country.
create index agreements_instrument on agreements (instrument, country);

-- Their milestones, as the last event left each.
create table milestones (
    milestone uuid not null primary key,
    agreement text collate "C" not null,
    kind text collate "C" not null,
    retracted boolean not null,
    earliest date,
    latest date not null,
    evidence text collate "C" not null,
    round bigint,
    position bigint not null
);

-- Lists milestones in log order.
create unique index milestones_position on milestones (position);
-- Lists those of one agreement.
create index milestones_agreement on milestones (agreement, position);

-- Days of one status each; bit sets of the values that are possible, in the order of the vocabularies.
create table periods (
    agreement text collate "C" not null,
    ordinal bigint not null,
    from_day date,
    to_day date,
    headlines bigint not null,
    stages bigint not null,
    standings bigint not null,
    listings bigint not null,
    kinds bigint not null,
    waiting boolean not null,
    primary key (agreement, ordinal)
);

-- Finds what may be stalled without reading every period.
create index periods_waiting on periods (agreement) where waiting;
