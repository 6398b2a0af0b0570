-- Which one of several processes does what only one may do at a time. An ordinary table, since who did some work is no
-- fact. No clock is in it: a holder lives as long as its beat grows. A row is never removed, so that a beat never comes
-- again and whoever has seen an old one takes nothing by it.
create table leases (
    name text collate "C" not null primary key,
    holder uuid,
    beat bigint not null
);
