import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { streamV2 } from '../texts.ts'

/** Dependencies of streams of version 2. */
export const dependencies: Topic = {
  title: 'dependencies',
  reader: 'index',
  cases: [
    taken('no alternative', streamV2('dependencies: []')),
    taken('an empty alternative', streamV2('dependencies: [{}]')),
    taken('equal alternatives', streamV2('dependencies: [{requires: {a: b}}, {requires: {a: b}}]')),
    taken('halves without modules', streamV2('dependencies: [{requires: {}, buildrequires: {}}]')),
    taken('any stream of a module', streamV2('dependencies: [{requires: {a: [], b: }}]')),
    taken('a stream without list', streamV2('dependencies: [{requires: {a: b}}]')),
    taken('several streams', streamV2('dependencies: [{buildrequires: {a: [b, c]}, requires: {a: [b]}}]')),
    taken('all streams but some', streamV2('dependencies: [{requires: {a: [-b, -c]}}]')),
    taken('all but one without list', streamV2('dependencies: [{requires: {a: -b}}]')),
    taken('different signs in different modules', streamV2('dependencies: [{requires: {a: [b], c: [-d]}}]')),
    taken(
      'different signs in the halves',
      streamV2('dependencies: [{buildrequires: {a: [b]}, requires: {a: [-b]}}]'),
    ),
    taken('a dash within a stream', streamV2('dependencies: [{requires: {a: [b-c, d]}}]')),
    taken('an empty stream and another', streamV2('dependencies: [{requires: {a: ["", b]}}]')),
    taken(
      'the section twice',
      streamV2('dependencies: [{requires: {a: b}}]', 'dependencies: [{requires: {a: c}}]'),
    ),
    taken('a half twice', streamV2('dependencies: [{requires: {a: b}, requires: {a: c}}]')),

    refused('a text as dependencies', streamV2('dependencies: a'), 'type', 'data.dependencies'),
    refused('nothing as dependencies', streamV2('dependencies:'), 'type', 'data.dependencies'),
    refused(
      'a map as dependencies',
      streamV2('dependencies: {requires: {a: [b]}}'),
      'type',
      'data.dependencies',
    ),
    refused('an empty map as dependencies', streamV2('dependencies: {}'), 'type', 'data.dependencies'),
    refused('a text as alternative', streamV2('dependencies: [{}, a]'), 'type', 'data.dependencies.1'),
    refused('a list as alternative', streamV2('dependencies: [[]]'), 'type', 'data.dependencies.0'),
    refusedStrictly(
      'an unknown half',
      streamV2('dependencies: [{require: {a: b}}]'),
      'unknown-key',
      'data.dependencies.0.require',
    ),
    refused(
      'a list as half',
      streamV2('dependencies: [{requires: [a]}]'),
      'type',
      'data.dependencies.0.requires',
    ),
    refused(
      'nothing as half',
      streamV2('dependencies: [{requires: }]'),
      'type',
      'data.dependencies.0.requires',
    ),
    refused(
      'a map as streams',
      streamV2('dependencies: [{requires: {a: {b: c}}}]'),
      'type',
      'data.dependencies.0.requires.a',
    ),
    refused(
      'a list within the streams',
      streamV2('dependencies: [{requires: {a: [[b]]}}]'),
      'type',
      'data.dependencies.0.requires.a.0',
    ),
    refused(
      'a module twice',
      streamV2('dependencies: [{requires: {a: b, a: b}}]'),
      'repeated',
      'data.dependencies.0.requires.a',
    ),
    refused(
      'a module twice for building',
      streamV2('dependencies: [{buildrequires: {a: [], c: [], a: []}}]'),
      'repeated',
      'data.dependencies.0.buildrequires.a',
    ),
    refused(
      'mixed signs',
      streamV2('dependencies: [{requires: {a: [b, -c]}}]'),
      'inconsistent',
      'data.dependencies.0.requires.a',
    ),
    refused(
      'mixed signs for building',
      streamV2('dependencies: [{buildrequires: {a: [-b, c]}}]'),
      'inconsistent',
      'data.dependencies.0.buildrequires.a',
    ),
    refused(
      'mixed signs in the second alternative',
      streamV2('dependencies: [{}, {requires: {a: [-b, c]}}]'),
      'inconsistent',
      'data.dependencies.1.requires.a',
    ),
    refused(
      'mixed signs with an empty stream',
      streamV2('dependencies: [{requires: {a: ["", -b]}}]'),
      'inconsistent',
      'data.dependencies.0.requires.a',
    ),
  ],
}
