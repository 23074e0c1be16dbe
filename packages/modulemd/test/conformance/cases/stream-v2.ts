import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { documentText, streamV2 } from '../texts.ts'

const EVERY_KEY = `---
document: modulemd
version: 2
data:
  name: n
  stream: "1.10"
  version: 20240131120000
  context: c0ffee42
  static_context: true
  arch: x86_64
  summary: a module
  description: >-
    What it is
    good for.
  servicelevels:
    rawhide: {}
    stable: {eol: 2029-12-31}
  license:
    module: [MIT]
    content: [GPL-2.0-only, Apache-2.0]
  xmd:
    a: {b: [c, TRUE, {d: e}]}
  dependencies:
  - buildrequires: {platform: [el8], tools: []}
    requires: {platform: [-el7]}
  references:
    community: https://example.org/
    documentation: https://example.org/docs
    tracker: https://example.org/bugs
  profiles:
    common:
      description: all of it
      rpms: [a, b]
      default: true
  api:
    rpms: [a]
  filter:
    rpms: [b-debug]
  demodularized:
    rpms: [old]
  buildopts:
    rpms:
      macros: |
        %with_x 1
      whitelist: [a, b, c]
    arches: [x86_64, s390x]
  components:
    rpms:
      a:
        rationale: the core
        name: core
        repository: https://example.org/rpms/core
        cache: https://example.org/cache
        ref: main
        buildroot: true
        srpm-buildroot: true
        buildorder: 1
        buildonly: true
        arches: [x86_64]
        multilib: [s390x]
    modules:
      m:
        rationale: more of it
        repository: https://example.org/modules/m
        ref: main
        buildorder: 2
        buildonly: false
  artifacts:
    rpms: [core-0:1-1.x86_64]
    rpm-map:
      sha256:
        ab12:
          name: core
          epoch: 0
          version: "1"
          release: "1"
          arch: x86_64
          nevra: core-0:1-1.x86_64
...
`

/** Keys of a stream document of version 2, static contexts, and required keys. */
export const streamsV2: Topic = {
  title: 'streams of version 2',
  reader: 'index',
  cases: [
    taken('every key of version 2', EVERY_KEY),
    refusedStrictly('an unknown key of the data', streamV2('eol: 2020-01-01'), 'unknown-key', 'data.eol'),
    refusedStrictly('the key preserve', streamV2('preserve: true'), 'unknown-key', 'data.preserve'),
    refused('no summary', without('summary'), 'missing', 'data.summary'),
    refused('no description', without('description'), 'missing', 'data.description'),
    refused(
      'no data in the data',
      documentText('modulemd', 2).replace('data:', 'data: {}'),
      'missing',
      'data.summary',
    ),
    taken('an empty summary and description', streamV2('summary:', 'description: ""')),
    refused('a list as summary', streamV2('summary: [s]'), 'type', 'data.summary'),

    taken('a context of any characters', streamV2('context: "a b/é"')),
    taken('a long context', streamV2(`context: ${'a'.repeat(100)}`)),
    taken('an empty context', streamV2('context: ""')),
    taken('a static context of 13 characters', streamV2('static_context: true', 'context: Abcdef_890123')),
    taken('a static context that is missing', streamV2('static_context: true')),
    taken('a bad context that is not static', streamV2('static_context: false', 'context: a-b')),
    refused(
      'an empty static context',
      streamV2('static_context: true', 'context: ""'),
      'value',
      'data.context',
    ),
    refused(
      'a static context of 14 characters',
      streamV2('static_context: true', `context: ${'a'.repeat(14)}`),
      'value',
      'data.context',
    ),
    refused(
      'a static context with a dash',
      streamV2('static_context: true', 'context: a-b'),
      'value',
      'data.context',
    ),
    refused(
      'a static context with a far letter',
      streamV2('static_context: true', 'context: é'),
      'value',
      'data.context',
    ),
    refused(
      'a static context with a break',
      streamV2('static_context: true', 'context: "a\\n"'),
      'value',
      'data.context',
    ),

    taken('references to nothing', streamV2('references: {}')),
    refusedStrictly(
      'an unknown reference',
      streamV2('references: {home: a}'),
      'unknown-key',
      'data.references.home',
    ),
    refused(
      'a list as reference',
      streamV2('references: {community: [a]}'),
      'type',
      'data.references.community',
    ),
    refused('a text as references', streamV2('references: a'), 'type', 'data.references'),
    refused('no references below the key', streamV2('references:'), 'type', 'data.references'),
    refused('a list as references', streamV2('references: []'), 'type', 'data.references'),
  ],
}

function without(key: string): string {
  return streamV2().replace(new RegExp(`^ {2}${key}: .*\\n`, 'm'), '')
}
