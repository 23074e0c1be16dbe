-- Whom an effect was set aside for that has since answered: where it is away for the effect all the same, an attempt is
-- spent.
alter table effects add column answered text;
