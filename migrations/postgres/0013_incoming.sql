-- The few documents that may be about an agreement, among the many that are not: whoever listens to the inbox counts them each second.
create index documents_that_may_be_ours on documents (source, published_on, number) where reading <> 'irrelevant';
