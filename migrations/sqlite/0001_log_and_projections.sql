-- The head of the log. Every append locks this one row first, so positions are dense and in commit order: a
-- sequence would hand out numbers that become visible out of order, and followers would lose events. The rules by
-- which the tables below the log are written stand in the same row, so that an append reads them under the lock.
create table log_head (
    id integer not null primary key check (id = 1),
    position integer not null,
    recorded_at text not null,
    rules text not null
) strict;

insert into log_head (id, position, recorded_at, rules)
values (1, 0, '1970-01-01T00:00:00.000000Z', '');

-- The log. The envelope is fixed for ever: rows that cannot be changed cannot be filled in later.
create table events (
    position integer not null primary key,
    stream text not null,
    version integer not null,
    kind text not null,
    schema_version integer not null,
    recorded_at text not null,
    command_id blob not null,
    command_index integer not null,
    actor text not null,
    payload text not null,
    leaf_hash blob not null,
    -- Loads a stream in order; the belt of optimistic concurrency.
    constraint events_stream unique (stream, version),
    -- Finds what a command recorded when it is sent again; the belt of idempotency.
    constraint events_command unique (command_id, command_index)
) strict;

-- Append-only by the database itself. `insert or replace` deletes without firing a delete trigger, so an insert
-- at a position, version or command that exists is refused before it can.
create trigger events_refuse_update before update on events
begin
    select raise(abort, 'events are append-only: update is refused; mend an error by a later event');
end;

create trigger events_refuse_delete before delete on events
begin
    select raise(abort, 'events are append-only: delete is refused; mend an error by a later event');
end;

create trigger events_refuse_replace before insert on events
when exists (select 1 from events where position = new.position)
    or exists (select 1 from events where stream = new.stream and version = new.version)
    or exists (select 1 from events where command_id = new.command_id and command_index = new.command_index)
begin
    select raise(abort, 'events are append-only: insert over an existing event is refused; append a later event');
end;

-- From here on: what follows from the log. Each table can be emptied and rebuilt.

-- Which agreements there are. The key is the stream's name, in byte order, which is the order of pages.
create table agreements (
    agreement text not null primary key,
    instrument text not null,
    country text not null,
    version integer not null,
    position integer not null
) strict;

-- Lists one instrument's agreements, by country.
create index agreements_instrument on agreements (instrument, country);

-- Their milestones, as the last event left each.
create table milestones (
    milestone blob not null primary key,
    agreement text not null,
    kind text not null,
    retracted integer not null,
    earliest text,
    latest text not null,
    evidence text not null,
    round integer,
    position integer not null
) strict;

-- Lists milestones in log order.
create unique index milestones_position on milestones (position);
-- Lists those of one agreement.
create index milestones_agreement on milestones (agreement, position);

-- Days of one status each; bit sets of the values that are possible, in the order of the vocabularies.
create table periods (
    agreement text not null,
    ordinal integer not null,
    from_day text,
    to_day text,
    headlines integer not null,
    stages integer not null,
    standings integer not null,
    listings integer not null,
    kinds integer not null,
    waiting integer not null,
    primary key (agreement, ordinal)
) strict;

-- Finds what may be stalled without reading every period.
create index periods_waiting on periods (agreement) where waiting;
