import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { streamV1 } from '../texts.ts'

const EVERY_KEY = `---
document: modulemd
version: 1
data:
  name: n
  stream: "1.10"
  version: 20240131120000
  context: c0ffee42
  arch: x86_64
  summary: a module
  description: What it is good for.
  eol: 2029-12-31
  servicelevels:
    stable: {eol: 2029-12-31}
  license:
    module: [MIT]
    content: [GPL-2.0-only]
  xmd: {a: b}
  dependencies:
    buildrequires: {platform: el8}
    requires: {platform: el8}
  references:
    community: https://example.org/
    documentation: https://example.org/docs
    tracker: https://example.org/bugs
  profiles:
    common: {description: all of it, rpms: [a, b], default: true}
  api: {rpms: [a]}
  filter: {rpms: [b-debug]}
  buildopts:
    rpms: {macros: "%with_x 1", whitelist: [a]}
    arches: [x86_64]
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
        multilib: [x86_64]
    modules:
      m:
        rationale: more of it
        repository: https://example.org/modules/m
        ref: main
        buildorder: 2
        buildonly: true
  artifacts:
    rpms: [core-0:1-1.x86_64]
...
`

/** The differences between streams of version 1 and version 2. */
export const streamsV1: Topic = {
  title: 'streams of version 1',
  reader: 'index',
  cases: [
    taken('every key of version 1', EVERY_KEY),
    refused('no summary in version 1', streamV1().replace('  summary: s\n', ''), 'missing', 'data.summary'),
    refused(
      'no description in version 1',
      streamV1().replace('  description: d\n', ''),
      'missing',
      'data.description',
    ),
    refused('no licence in version 1', streamV1('license: {module: []}'), 'missing', 'data.license.module'),
    refusedStrictly(
      'a static context in version 1',
      streamV1('static_context: true'),
      'unknown-key',
      'data.static_context',
    ),
    refusedStrictly(
      'demodularized in version 1',
      streamV1('demodularized: {rpms: [a]}'),
      'unknown-key',
      'data.demodularized',
    ),
    refusedStrictly(
      'a map of packages in version 1',
      streamV1('artifacts: {rpms: [], rpm-map: {}}'),
      'unknown-key',
      'data.artifacts.rpm-map',
    ),

    taken('no dependencies below the keys', streamV1('dependencies: {buildrequires: {}, requires: {}}')),
    taken('an empty stream to depend on', streamV1('dependencies: {requires: {a: }}')),
    taken('a module to depend on twice', streamV1('dependencies: {requires: {a: b, a: c}}')),
    taken('dependencies that look like exclusions', streamV1('dependencies: {requires: {a: -b}}')),
    refused(
      'a list of streams in version 1',
      streamV1('dependencies: {requires: {a: [b]}}'),
      'type',
      'data.dependencies.requires.a',
    ),
    refused(
      'a list of alternatives in version 1',
      streamV1('dependencies: [{requires: {a: b}}]'),
      'type',
      'data.dependencies',
    ),
    refused(
      'a list as half in version 1',
      streamV1('dependencies: {buildrequires: [a]}'),
      'type',
      'data.dependencies.buildrequires',
    ),
    refused('a text as dependencies in version 1', streamV1('dependencies: a'), 'type', 'data.dependencies'),
    refusedStrictly(
      'an unknown half in version 1',
      streamV1('dependencies: {needs: {a: b}}'),
      'unknown-key',
      'data.dependencies.needs',
    ),

    taken('an end of life', streamV1('eol: 2020-2-3')),
    taken(
      'an end of life beside the service level of that name',
      streamV1('servicelevels: {rawhide: {eol: 2021-01-01}}', 'eol: 2020-01-01'),
    ),
    refused('an end of life without day', streamV1('eol: 2020-02'), 'value', 'data.eol'),
    refused('an end of life that does not exist', streamV1('eol: 2020-02-30'), 'value', 'data.eol'),
    refused('a list as end of life', streamV1('eol: [2020-01-01]'), 'type', 'data.eol'),

    taken(
      'architectures that the module lacks',
      streamV1('buildopts: {arches: [x]}', 'components: {rpms: {a: {arches: [y]}}}'),
    ),
    taken('components in order', streamV1('components: {rpms: {a: {buildafter: [b]}, b: {}}}')),
    refused(
      'a component after no component',
      streamV1('components: {rpms: {a: {buildafter: [b]}}}'),
      'inconsistent',
      'data.components.rpms.a.buildafter',
    ),
    refused(
      'an artifact that is no NEVRA in version 1',
      streamV1('artifacts: {rpms: [a-1-1.x]}'),
      'value',
      'data.artifacts.rpms',
    ),
    taken('artifacts without packages in version 1', streamV1('artifacts: {}')),
    refused('a text as artifacts in version 1', streamV1('artifacts: a'), 'type', 'data.artifacts'),
    refused('a list as artifacts in version 1', streamV1('artifacts: []'), 'type', 'data.artifacts'),
  ],
}
