-- What a person added to a decision in their own words; null where nothing was added.
alter table decisions add column note text;
