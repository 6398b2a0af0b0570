-- The Merkle tree over the leaf hashes of all events (RFC 6962), grown in the transaction that appends. Its frontier, the
-- roots of the whole subtrees that it consists of, stands in the head's row, so that growing it costs no statement.
alter table log_head add column tree_size integer not null default 0;
alter table log_head add column tree blob not null default x'';

-- The roots of its subtrees of 256, 65,536, ... leaves: what proofs need besides the leaf hashes, which the events carry.
-- A row for 256 events; it never changes.
create table tree_nodes (
    level integer not null,
    number integer not null,
    hash blob not null,
    primary key (level, number)
) strict;
