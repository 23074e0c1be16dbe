import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { streamV2 } from '../texts.ts'

const profile = (keys: string) => streamV2(`profiles: {a: {${keys}}}`)

/** Texts, numbers, words for true and false, sets and maps: the values that all kinds share. */
export const scalars: Topic = {
  title: 'scalars, sets and maps',
  reader: 'index',
  cases: [
    taken('texts that YAML would type', streamV2('stream: 1.10', 'context: 8e2', 'arch: ~', 'name: yes')),
    taken('dates and times as texts', streamV2('stream: 2020-01-01', 'context: 12:30')),
    taken('nothing as text', streamV2('context:', 'arch: ""')),
    taken('a text given twice', streamV2('arch: a', 'arch: b')),
    refused('a list as text', streamV2('arch: [a]'), 'type', 'data.arch'),
    refused('a map as text', streamV2('arch: {a: b}'), 'type', 'data.arch'),
    refused('a bad text that a good one follows', streamV2('arch: []', 'arch: b'), 'type', 'data.arch'),

    taken('number 0', streamV2('version: 0')),
    taken('the greatest number', streamV2('version: 18446744073709551615')),
    taken('a number with leading zeros', streamV2('version: 007')),
    taken('a number with a plus', streamV2('version: +7')),
    taken('a number behind blanks', streamV2('version: "  7"')),
    taken('a number in quotes', streamV2("version: '7'")),
    refused('a number below 0', streamV2('version: -1'), 'value', 'data.version'),
    refused('a number above 64 bits', streamV2('version: 18446744073709551616'), 'value', 'data.version'),
    refused('a number of a hundred digits', streamV2(`version: ${'9'.repeat(100)}`), 'value', 'data.version'),
    refused('a number with a fraction', streamV2('version: 1.0'), 'value', 'data.version'),
    refused('a number with an exponent', streamV2('version: 1e3'), 'value', 'data.version'),
    refused('a number with underscores', streamV2('version: 1_000'), 'value', 'data.version'),
    refused('a number of base 16', streamV2('version: 0x10'), 'value', 'data.version'),
    refused('a number with blanks behind', streamV2('version: "7 "'), 'value', 'data.version'),
    refused('a number behind a wide blank', streamV2('version: "\\_7"'), 'value', 'data.version'),
    refused('a number below 0 behind a blank', streamV2('version: " -1"'), 'value', 'data.version'),
    refused('two signs', streamV2('version: +-7'), 'value', 'data.version'),
    refused('nothing as number', streamV2('version:'), 'value', 'data.version'),
    refused('a list as number', streamV2('version: [1]'), 'type', 'data.version'),
    refused('a map as number', streamV2('version: {1: 2}'), 'type', 'data.version'),

    taken('true', streamV2('static_context: true')),
    taken('false', streamV2('static_context: false')),
    taken('true in quotes', streamV2('static_context: "true"')),
    refused('True', streamV2('static_context: True'), 'value', 'data.static_context'),
    refused('TRUE', streamV2('static_context: TRUE'), 'value', 'data.static_context'),
    refused('yes', streamV2('static_context: yes'), 'value', 'data.static_context'),
    refused('1 for true', streamV2('static_context: 1'), 'value', 'data.static_context'),
    refused('nothing for false', streamV2('static_context:'), 'value', 'data.static_context'),
    refused('a list for true', streamV2('static_context: [true]'), 'type', 'data.static_context'),

    taken('a set of several', profile('rpms: [b, a, b]')),
    taken('a set with an empty text', profile('rpms: ["", a]')),
    taken('a set of none', profile('rpms: []')),
    taken('a text as set of one', profile('rpms: a')),
    taken('nothing as set of none', profile('rpms: ')),
    taken('a set given twice', profile('rpms: [a], rpms: [b]')),
    refused('a map as set', profile('rpms: {a: b}'), 'type', 'data.profiles.a.rpms'),
    refused('a list within a set', profile('rpms: [a, [b]]'), 'type', 'data.profiles.a.rpms.1'),
    refused('a map within a set', profile('rpms: [a: b]'), 'type', 'data.profiles.a.rpms.0'),

    refusedStrictly('an unknown key', streamV2('nmae: a'), 'unknown-key', 'data.nmae'),
    refusedStrictly(
      'an unknown key with much below',
      streamV2('x: {y: [{z: a}, [b]]}'),
      'unknown-key',
      'data.x',
    ),
    refusedStrictly('an empty key', streamV2('"": a'), 'unknown-key', 'data.'),
    refusedStrictly('a key in capitals', streamV2('Arch: a'), 'unknown-key', 'data.Arch'),
    {
      about: 'an alias below an unknown key',
      text: streamV2('x: {y: *z}'),
      strict: { code: 'unknown-key', path: 'data.x' },
      lax: { code: 'unreadable', path: 'data.x.y' },
    },
  ],
}
