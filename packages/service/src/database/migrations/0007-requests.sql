-- What a submission asked for beside the place of its document: its preparation may go on in another process.
alter table module_builds add column request jsonb not null default '{}';
