-- What was read at outside sources, and what people decided on it. Not events of the log: a proposal is no fact. The program
-- only inserts here; what an item's state is follows from its rows and from the log.
create table captures (
    sha256 text collate "C" not null primary key,
    media_type text not null,
    bytes bytea not null
);

-- A document as a search found it: one row for each content that was seen. Its bytes are kept where it may be ours.
create table documents (
    source text collate "C" not null,
    number text collate "C" not null,
    published_on text collate "C" not null,
    content_hash text collate "C" not null,
    body text not null,
    reading text not null,
    first_seen timestamptz not null,
    primary key (source, number, published_on, content_hash)
);

create table document_captures (
    source text collate "C" not null,
    number text collate "C" not null,
    published_on text collate "C" not null,
    part text collate "C" not null,
    sha256 text collate "C" not null references captures (sha256),
    fetched_at timestamptz not null,
    primary key (source, number, published_on, part, sha256)
);

create table decisions (
    id uuid not null primary key,
    source text collate "C" not null,
    number text collate "C" not null,
    published_on text collate "C" not null,
    content_hash text collate "C" not null,
    verdict text not null,
    reason text,
    until text,
    actor text not null,
    decided_at timestamptz not null
);

create table sweeps (
    id uuid not null primary key,
    source text collate "C" not null,
    kind text not null,
    from_day text not null,
    to_day text not null,
    began timestamptz not null,
    ended timestamptz not null,
    outcome text not null,
    documents bigint not null
);
