import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { obsoletes } from '../texts.ts'

const EVERY_KEY = `---
document: modulemd-obsoletes
version: 1
data:
  modified: 2024-01-31T12:00Z
  reset: false
  module: m
  stream: "1.10"
  context: c0ffee42
  eol_date: 2024-12-31T23:59Z
  message: use the next one
  obsoleted_by:
    module: m
    stream: "2"
...
`
const without = (key: string) => obsoletes().replace(new RegExp(`^ {2}${key}: .*\\n`, 'm'), '')
const eol = (text: string) => obsoletes(`eol_date: ${text}`)

/** Obsoletes documents, and minutes. */
export const obsoletesTopic: Topic = {
  title: 'obsoletes',
  reader: 'index',
  cases: [
    taken('every key of obsoletes', EVERY_KEY),
    taken('a reset', obsoletes('reset: true')),
    taken('an empty context of obsoletes', obsoletes('context: ""')),
    taken('the time of change twice in obsoletes', obsoletes('modified: 2024-01-31T12:01Z')),
    refused('no time of change', without('modified'), 'missing', 'data.modified'),
    refused('no module in obsoletes', without('module'), 'missing', 'data.module'),
    refused('no stream in obsoletes', without('stream'), 'missing', 'data.stream'),
    refused('no message', without('message'), 'missing', 'data.message'),
    refused(
      'an empty module in obsoletes',
      obsoletes().replace('module: m', 'module: ""'),
      'missing',
      'data.module',
    ),
    refused(
      'an empty stream in obsoletes',
      obsoletes().replace('stream: s', 'stream: '),
      'missing',
      'data.stream',
    ),
    refused('an empty message', obsoletes().replace('message: gone', 'message: '), 'missing', 'data.message'),
    refused('the module twice in obsoletes', obsoletes('module: m'), 'repeated', 'data.module'),
    refused('the stream twice in obsoletes', obsoletes('stream: s'), 'repeated', 'data.stream'),
    refused('the message twice', obsoletes('message: gone'), 'repeated', 'data.message'),
    refused('the context twice', obsoletes('context: a', 'context: a'), 'repeated', 'data.context'),
    refused(
      'a list as module of obsoletes',
      obsoletes().replace('module: m', 'module: [m]'),
      'type',
      'data.module',
    ),
    refused(
      'a list as message',
      obsoletes().replace('message: gone', 'message: [gone]'),
      'type',
      'data.message',
    ),
    refusedStrictly('an unknown key in obsoletes', obsoletes('eol: 2020-01-01'), 'unknown-key', 'data.eol'),

    refused('a reset that is no word of truth', obsoletes('reset: 1'), 'value', 'data.reset'),
    refused(
      'a reset with an end',
      obsoletes('reset: true', 'eol_date: 2024-12-31T23:59Z'),
      'inconsistent',
      'data.eol_date',
    ),
    refused(
      'a reset with a successor',
      obsoletes('reset: true', 'obsoleted_by: {module: a, stream: b}'),
      'inconsistent',
      'data.obsoleted_by',
    ),
    taken('an end beside no reset', obsoletes('reset: false', 'eol_date: 2024-12-31T23:59Z')),

    taken('an unknown key of the successor', obsoletes('obsoleted_by: {module: a, stream: b, context: c}')),
    taken('a successor that is not said', obsoletes('obsoleted_by: {}')),
    refused(
      'a successor without stream',
      obsoletes('obsoleted_by: {module: a}'),
      'missing',
      'data.obsoleted_by.stream',
    ),
    refused(
      'a successor without module',
      obsoletes('obsoleted_by: {stream: a}'),
      'missing',
      'data.obsoleted_by.module',
    ),
    refused(
      'the module of the successor twice',
      obsoletes('obsoleted_by: {module: a, stream: b, module: a}'),
      'repeated',
      'data.obsoleted_by.module',
    ),
    refused(
      'the stream of the successor twice',
      obsoletes('obsoleted_by: {module: a, stream: b, stream: b}'),
      'repeated',
      'data.obsoleted_by.stream',
    ),
    refused('a text as successor', obsoletes('obsoleted_by: a'), 'type', 'data.obsoleted_by'),
    refused('a list as successor', obsoletes('obsoleted_by: [a, b]'), 'type', 'data.obsoleted_by'),
    refused(
      'a list as stream of the successor',
      obsoletes('obsoleted_by: {module: a, stream: [b]}'),
      'type',
      'data.obsoleted_by.stream',
    ),

    taken('a minute without leading zeros', eol('2024-1-2T3:4Z')),
    taken('blanks before numbers', eol('"2024- 1- 2T 3: 4Z"')),
    taken('31 February', eol('2024-02-31T00:00Z')),
    refused('a day as minute', eol('2024-12-31'), 'value', 'data.eol_date'),
    refused('seconds', eol('2024-12-31T23:59:59Z'), 'value', 'data.eol_date'),
    refused('a blank as separator', eol('2024-12-31 23:59Z'), 'value', 'data.eol_date'),
    refused('no zone', eol('2024-12-31T23:59'), 'value', 'data.eol_date'),
    refused('another zone', eol('2024-12-31T23:59+01:00'), 'value', 'data.eol_date'),
    refused('month 13 of a minute', eol('2024-13-01T00:00Z'), 'value', 'data.eol_date'),
    refused('day 32 of a minute', eol('2024-01-32T00:00Z'), 'value', 'data.eol_date'),
    refused('hour 24', eol('2024-01-01T24:00Z'), 'value', 'data.eol_date'),
    refused('minute 60', eol('2024-01-01T00:60Z'), 'value', 'data.eol_date'),
    refused('text behind a minute', eol('2024-01-01T00:00Z.'), 'value', 'data.eol_date'),
    refused('digits as time of change', obsoletes('modified: 202401311200'), 'value', 'data.modified'),
    refused('a list as minute', eol('[2024-01-01T00:00Z]'), 'type', 'data.eol_date'),
  ],
}
