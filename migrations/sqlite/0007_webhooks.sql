-- Who is told of new events, and by which URL. Ordinary tables: what is delivered is in the log, and who hears of it is
-- nobody else's business. What an endpoint wants is JSON that the program reads, never a query. Every change of a row counts
-- its revision up, so that the sum of all tells whether any has changed.
create table webhooks (
    id blob not null primary key,
    url text not null,
    wants text not null,
    created_at text not null,
    disabled_at text,
    disabled_for text,
    revision integer not null
) strict;

-- What messages are signed by. A secret must be known to sign, so it is kept as it is; while one is replaced there are two.
create table webhook_secrets (
    id blob not null primary key,
    webhook blob not null references webhooks (id),
    secret text not null,
    created_at text not null,
    expires_at text
) strict;

create index webhook_secrets_by_webhook on webhook_secrets (webhook);

-- How far an endpoint has come in the log: what lies beyond needs no row. Apart from the endpoint itself, since it is written
-- often. A new generation begins where somebody sets the cursor back, and what was under way in an older one does not
-- move it.
create table webhook_cursors (
    webhook blob not null primary key references webhooks (id),
    generation integer not null,
    position integer not null,
    failing_since text,
    rests_until text
) strict;

-- What has failed and will be tried again; at most a hundred of an endpoint, then its cursor waits.
create table webhook_waiting (
    webhook blob not null references webhooks (id),
    position integer not null,
    topic text not null,
    failed integer not null,
    due_at text not null,
    primary key (webhook, position, topic)
) strict;

-- What was tried, and what became of it: the last of each endpoint. Ids are in the order of time.
create table webhook_attempts (
    id blob not null primary key,
    webhook blob not null references webhooks (id),
    position integer not null,
    topic text not null,
    number integer not null,
    at text not null,
    took_ms integer not null,
    outcome text not null,
    status integer
) strict;

create index webhook_attempts_by_webhook on webhook_attempts (webhook, id);
