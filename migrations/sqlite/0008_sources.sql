-- What was read at outside sources, and what people decided on it. Not events of the log: a proposal is no fact. The program
-- only inserts here; what an item's state is follows from its rows and from the log.
create table captures (
    sha256 text not null primary key,
    media_type text not null,
    bytes blob not null
) strict;

-- A document as a search found it: one row for each content that was seen. Its bytes are kept where it may be ours.
create table documents (
    source text not null,
    number text not null,
    published_on text not null,
    content_hash text not null,
    body text not null,
    reading text not null,
    first_seen text not null,
    primary key (source, number, published_on, content_hash)
) strict;

create table document_captures (
    source text not null,
    number text not null,
    published_on text not null,
    part text not null,
    sha256 text not null references captures (sha256),
    fetched_at text not null,
    primary key (source, number, published_on, part, sha256)
) strict;

create table decisions (
    id blob not null primary key,
    source text not null,
    number text not null,
    published_on text not null,
    content_hash text not null,
    verdict text not null,
    reason text,
    until text,
    actor text not null,
    decided_at text not null
) strict;

create table sweeps (
    id blob not null primary key,
    source text not null,
    kind text not null,
    from_day text not null,
    to_day text not null,
    began text not null,
    ended text not null,
    outcome text not null,
    documents integer not null
) strict;
