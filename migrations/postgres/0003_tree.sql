-- The Merkle tree over the leaf hashes of all events (RFC 6962), grown in the transaction that appends. Its frontier, the
-- roots of the whole subtrees that it consists of, stands in the head's row, so that growing it costs no statement.
alter table log_head add column tree_size bigint not null default 0;
alter table log_head add column tree bytea not null default ''::bytea;

-- The roots of its subtrees of 256, 65,536, ... leaves: what proofs need besides the leaf hashes, which the events carry.
-- A row for 256 events; it never changes.
create table tree_nodes (
    level bigint not null,
    number bigint not null,
    hash bytea not null,
    primary key (level, number)
);
