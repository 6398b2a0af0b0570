-- What went wrong with a sweep and what to do, as a sentence for people; null where it was good.
alter table sweeps add column problem text;
