import { type Topic, refused, taken } from '../case.ts'
import { documentText } from '../texts.ts'

const configurations = (text: string) =>
  documentText(
    'modulemd-packager',
    3,
    ...['summary: s', 'description: d', 'license: [MIT]', `configurations: ${text}`],
  )
const one = (text: string) => configurations(`[{context: a, platform: el8, ${text}}]`)
const context = (text: string) => configurations(`[{context: ${text}, platform: el8}]`)
const FIRST = 'data.configurations.0'

/** The configurations of packager documents of version 3. */
export const configurationsTopic: Topic = {
  title: 'configurations',
  reader: 'packager-v3',
  cases: [
    taken('two configurations', configurations('[{context: b, platform: el8}, {context: a, platform: el8}]')),
    taken('a context of 10 characters', context('Abcdefg890')),
    taken(
      'contexts that differ in case',
      configurations('[{context: a, platform: p}, {context: A, platform: p}]'),
    ),
    refused('a context of 11 characters', context('abcdefghijk'), 'value', `${FIRST}.context`),
    refused('an empty context of a configuration', context('""'), 'value', `${FIRST}.context`),
    refused('a context with an underscore', context('a_b'), 'value', `${FIRST}.context`),
    refused('a context with a far letter', context('é'), 'value', `${FIRST}.context`),
    refused('a list as context', context('[a]'), 'type', `${FIRST}.context`),
    refused('no context', configurations('[{platform: el8}]'), 'missing', `${FIRST}.context`),
    refused('no platform', configurations('[{context: a}]'), 'missing', `${FIRST}.platform`),
    refused('an empty configuration', configurations('[{}]'), 'missing', `${FIRST}.context`),
    taken('an empty platform', configurations('[{context: a, platform: ""}]')),
    refused(
      'a list as platform',
      configurations('[{context: a, platform: [el8]}]'),
      'type',
      `${FIRST}.platform`,
    ),
    refused(
      'a context of two configurations',
      configurations('[{context: a, platform: p}, {context: a, platform: q}]'),
      'repeated',
      'data.configurations.1',
    ),
    refused('a map as configurations', configurations('{a: {platform: el8}}'), 'type', 'data.configurations'),
    refused('a text as configuration', configurations('[a]'), 'type', FIRST),
    refused('an unknown key of a configuration', one('arches: [x]'), 'unknown-key', `${FIRST}.arches`),

    taken('streams with and without list', one('buildrequires: {b: [c]}, requires: {d: e}')),
    taken('halves without modules in a configuration', one('buildrequires: {}, requires: {}')),
    taken('the platform once more', one('buildrequires: {platform: [el9]}')),
    refused('no stream in a list', one('requires: {b: []}'), 'value', `${FIRST}.requires.b`),
    refused('nothing as stream', one('requires: {b: }'), 'value', `${FIRST}.requires.b`),
    refused(
      'two streams of one module',
      one('buildrequires: {b: [c, d]}'),
      'value',
      `${FIRST}.buildrequires.b`,
    ),
    refused(
      'a module twice in a configuration',
      one('requires: {b: [c], b: [c]}'),
      'repeated',
      `${FIRST}.requires.b`,
    ),
    refused('a map as stream', one('requires: {b: {c: d}}'), 'type', `${FIRST}.requires.b`),
    refused('a list within a list of streams', one('requires: {b: [[c]]}'), 'type', `${FIRST}.requires.b.0`),
    refused('a list as half of a configuration', one('requires: [b]'), 'type', `${FIRST}.requires`),

    taken('empty build options of a configuration', one('buildopts: {}')),
    refused('a list as build options of a configuration', one('buildopts: []'), 'type', `${FIRST}.buildopts`),
    refused(
      'an unknown build option of a configuration',
      one('buildopts: {x: y}'),
      'unknown-key',
      `${FIRST}.buildopts.x`,
    ),
  ],
}
