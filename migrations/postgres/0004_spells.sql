-- How long each round was in each stage, beside the agreement whose rounds they are: a list in JSON. A limit rests on the
-- rounds of every agreement of an instrument, and folding all their events would take far longer than reading this. It
-- stands in a row that each append writes anyway, so keeping it costs no statement.
alter table agreements add column spells text not null default '[]';

-- What is waited for in a period, in each reading of the dates: a list in JSON, from which any day's stall follows.
alter table periods add column waits text not null default '[]';
