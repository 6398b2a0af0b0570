-- What disabled a webhook is a word and no longer a sentence, so that nothing has to be read out of text.
alter table webhooks add column disabled_by text;

update webhooks
set disabled_by = case
    when disabled_for = 'by hand' then 'hand'
    when disabled_for like '%410%' then 'gone'
    else 'failures'
end
where disabled_at is not null;

alter table webhooks drop column disabled_for;
