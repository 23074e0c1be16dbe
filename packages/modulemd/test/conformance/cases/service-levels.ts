import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { streamV2 } from '../texts.ts'

const eol = (text: string) => streamV2(`servicelevels: {a: {eol: ${text}}}`)
const EOL = 'data.servicelevels.a.eol'

/** Service levels and days. */
export const serviceLevels: Topic = {
  title: 'service levels and days',
  reader: 'index',
  cases: [
    taken('no service level', streamV2('servicelevels: {}')),
    taken('a service level without end', streamV2('servicelevels: {a: {}}')),
    taken('a service level twice', streamV2('servicelevels: {a: {eol: 2020-01-01}, a: {}}')),
    taken('service levels in two parts', streamV2('servicelevels: {a: {}}', 'servicelevels: {b: {}}')),
    refused('a text as service levels', streamV2('servicelevels: a'), 'type', 'data.servicelevels'),
    refused('nothing as service levels', streamV2('servicelevels:'), 'type', 'data.servicelevels'),
    refused('a list as service levels', streamV2('servicelevels: []'), 'type', 'data.servicelevels'),
    refused(
      'a day as service level',
      streamV2('servicelevels: {a: 2020-01-01}'),
      'type',
      'data.servicelevels.a',
    ),
    refused('nothing as service level', streamV2('servicelevels: {a: }'), 'type', 'data.servicelevels.a'),
    refusedStrictly(
      'an unknown key of a service level',
      streamV2('servicelevels: {a: {end: 2020-01-01}}'),
      'unknown-key',
      'data.servicelevels.a.end',
    ),

    taken('a day', eol('2077-10-23')),
    taken('a day of a leap year', eol('2024-02-29')),
    taken('a day without leading zeros', eol('2020-2-3')),
    taken('a day with a time behind', eol('2020-02-03T00:00Z')),
    taken('a day with another part', eol('2020-02-03-04')),
    taken('a day in quotes with blanks', eol('" 2020- 02- 03"')),
    taken('a year that 16 bits make 1', eol('65537-01-01')),
    refused('a year and a month', eol('2020-02'), 'value', EOL),
    refused('a day without dashes', eol('20200203'), 'value', EOL),
    refused('nothing as day', eol(''), 'value', EOL),
    refused('a word as day', eol('never'), 'value', EOL),
    refused('a list as day', eol('[2020-02-03]'), 'type', EOL),
    refused('month 13', eol('2020-13-01'), 'value', EOL),
    refused('month 0', eol('2020-00-01'), 'value', EOL),
    refused('day 0', eol('2020-01-00'), 'value', EOL),
    refused('30 February', eol('2020-02-30'), 'value', EOL),
    refused('29 February of no leap year', eol('2023-02-29'), 'value', EOL),
    refused('year 0', eol('0000-01-01'), 'value', EOL),
    refused('words between dashes', eol('a-b-c'), 'value', EOL),
  ],
}
