import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { streamV2 } from '../texts.ts'

/** Profiles, and the sections with names of packages. */
export const packages: Topic = {
  title: 'profiles, api, filter and demodularized',
  reader: 'index',
  cases: [
    taken('no profile', streamV2('profiles: {}')),
    taken('an empty profile', streamV2('profiles: {a: {}}')),
    taken('a profile with an empty name', streamV2('profiles: {"": {rpms: [a]}}')),
    taken('a profile without packages', streamV2('profiles: {a: {rpms: []}, b: {rpms: }}')),
    taken('a default profile in a stream', streamV2('profiles: {a: {default: true}, b: {default: false}}')),
    taken('a profile twice', streamV2('profiles: {a: {rpms: [b]}, a: {description: c}}')),
    taken('profiles in two parts', streamV2('profiles: {a: {}}', 'profiles: {b: {}}')),
    refused('a text as profiles', streamV2('profiles: a'), 'type', 'data.profiles'),
    refused('nothing as profiles', streamV2('profiles:'), 'type', 'data.profiles'),
    refused('a list as profiles', streamV2('profiles: [a]'), 'type', 'data.profiles'),
    refused('nothing as profile', streamV2('profiles: {a: }'), 'type', 'data.profiles.a'),
    refused('a list as profile', streamV2('profiles: {a: [b]}'), 'type', 'data.profiles.a'),
    refused(
      'a map as packages of a profile',
      streamV2('profiles: {a: {rpms: {b: c}}}'),
      'type',
      'data.profiles.a.rpms',
    ),
    refused(
      'a list as description of a profile',
      streamV2('profiles: {a: {description: [b]}}'),
      'type',
      'data.profiles.a.description',
    ),
    refused(
      'a default that is neither true nor false',
      streamV2('profiles: {a: {default: yes}}'),
      'value',
      'data.profiles.a.default',
    ),
    refusedStrictly(
      'an unknown key of a profile',
      streamV2('profiles: {a: {rpm: [b]}}'),
      'unknown-key',
      'data.profiles.a.rpm',
    ),

    taken(
      'names of packages',
      streamV2('api: {rpms: [a]}', 'filter: {rpms: [b]}', 'demodularized: {rpms: [c]}'),
    ),
    taken('no names of packages', streamV2('api: {rpms: []}', 'filter: {rpms: }', 'demodularized: {}')),
    taken('names that are no names', streamV2('api: {rpms: ["a b", "/", ""]}')),
    taken('a section that comes twice', streamV2('api: {rpms: [a]}', 'api: {rpms: [b]}')),
    refused('a list as api', streamV2('api: [a]'), 'type', 'data.api'),
    refused('a list as filter', streamV2('filter: []'), 'type', 'data.filter'),
    refused('a list as demodularized', streamV2('demodularized: [a]'), 'type', 'data.demodularized'),
    refused('a list of lists as api', streamV2('api: {rpms: [a, [b]]}'), 'type', 'data.api.rpms.1'),
    refused('a map of packages as api', streamV2('api: {rpms: {a: b}}'), 'type', 'data.api.rpms'),
    refusedStrictly('an unknown key of api', streamV2('api: {rpm: [a]}'), 'unknown-key', 'data.api.rpm'),
    refusedStrictly(
      'an unknown key of filter',
      streamV2('filter: {rpms: [], x: y}'),
      'unknown-key',
      'data.filter.x',
    ),
    refusedStrictly(
      'an unknown key of demodularized',
      streamV2('demodularized: {x: {y: z}}'),
      'unknown-key',
      'data.demodularized.x',
    ),
    refusedStrictly('nothing as api', streamV2('api:'), 'type', 'data.api'),
    refusedStrictly('a text as filter', streamV2('filter: a'), 'type', 'data.filter'),
    refusedStrictly('nothing as demodularized', streamV2('demodularized: ""'), 'type', 'data.demodularized'),
  ],
}
