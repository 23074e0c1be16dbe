-- What operators do with effects. An older release can still run beside it: it ignores the new column.

-- An operator's retry gives an effect its whole budget again: so many of its attempts do not count.
alter table effects add column attempts_forgiven integer not null default 0;
