-- The days on which something ends and the milestones whose sources contradict each other, beside the agreement that they
-- are of: a list in JSON, empty for most. It stands in a row that each append writes anyway, so keeping it costs no
-- statement, and alerts are found without folding anything.
alter table agreements add column watched text not null default '';
