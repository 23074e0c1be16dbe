import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { defaults, documentText } from '../texts.ts'

const EVERY_KEY = `---
document: modulemd-defaults
version: 1
data:
  module: m
  modified: 202401311200
  stream: "1.10"
  profiles:
    "1.10": [common, devel]
    "2": []
  intents:
    desktop:
      stream: "2"
      profiles:
        "2": [graphical]
    server: {}
...
`

/** Defaults and intents. */
export const defaultsTopic: Topic = {
  title: 'defaults and intents',
  reader: 'index',
  cases: [
    taken('every key of defaults', EVERY_KEY),
    taken('an empty name of a module', documentText('modulemd-defaults', 1, 'module: ""')),
    refused(
      'no module in defaults',
      documentText('modulemd-defaults', 1, 'stream: a'),
      'missing',
      'data.module',
    ),
    refused(
      'no data in defaults',
      documentText('modulemd-defaults', 1).replace('data:', 'data: {}'),
      'missing',
      'data.module',
    ),
    refused('the module twice in defaults', defaults('module: m'), 'repeated', 'data.module'),
    refused(
      'a list as module of defaults',
      documentText('modulemd-defaults', 1, 'module: [m]'),
      'type',
      'data.module',
    ),
    refusedStrictly('an unknown key in defaults', defaults('streams: a'), 'unknown-key', 'data.streams'),

    taken('a time of change that is 0 in defaults', defaults('modified: 0')),
    taken('the time of change twice', defaults('modified: 1', 'modified: 2')),
    refused('a date as time of change', defaults('modified: 2024-01-31'), 'value', 'data.modified'),
    refused('a time of change below 0', defaults('modified: -1'), 'value', 'data.modified'),
    refused('a list as time of change', defaults('modified: []'), 'type', 'data.modified'),

    taken('an empty default stream', defaults('stream: ')),
    refused('the default stream twice', defaults('stream: a', 'stream: b'), 'repeated', 'data.stream'),
    refused(
      'the empty default stream twice',
      defaults('stream: ""', 'stream: ""'),
      'repeated',
      'data.stream',
    ),
    refused('a list as default stream', defaults('stream: [a]'), 'type', 'data.stream'),

    taken('no profiles in defaults', defaults('profiles: {}')),
    taken('one profile without list', defaults('profiles: {a: b, c: }')),
    refused(
      'a stream of profiles twice',
      defaults('profiles: {a: [], a: []}'),
      'repeated',
      'data.profiles.a',
    ),
    refused(
      'a stream in two parts of profiles',
      defaults('profiles: {a: []}', 'profiles: {a: [b]}'),
      'repeated',
      'data.profiles.a',
    ),
    refused('a list as default profiles', defaults('profiles: [a]'), 'type', 'data.profiles'),
    refused('nothing as default profiles', defaults('profiles:'), 'type', 'data.profiles'),
    refused('a map as profiles of a stream', defaults('profiles: {a: {b: c}}'), 'type', 'data.profiles.a'),

    taken('no intents', defaults('intents: {}')),
    taken('an empty intent', defaults('intents: {a: {}}')),
    taken('profiles of an intent without list', defaults('intents: {a: {profiles: {b: c}}}')),
    taken('an intent with an empty stream', defaults('intents: {a: {stream: ""}}')),
    refused('an intent twice', defaults('intents: {a: {}, a: {}}'), 'repeated', 'data.intents.a'),
    refused(
      'the stream of an intent twice',
      defaults('intents: {a: {stream: b, stream: c}}'),
      'repeated',
      'data.intents.a.stream',
    ),
    refused(
      'a stream of profiles twice in an intent',
      defaults('intents: {a: {profiles: {b: [], b: []}}}'),
      'repeated',
      'data.intents.a.profiles.b',
    ),
    refused('a list as intents', defaults('intents: []'), 'type', 'data.intents'),
    refused('a text as intent', defaults('intents: {a: b}'), 'type', 'data.intents.a'),
    refused(
      'a list as profiles of an intent',
      defaults('intents: {a: {profiles: [b]}}'),
      'type',
      'data.intents.a.profiles',
    ),
    refusedStrictly(
      'an unknown key of an intent',
      defaults('intents: {a: {profile: {b: c}}}'),
      'unknown-key',
      'data.intents.a.profile',
    ),
  ],
}
