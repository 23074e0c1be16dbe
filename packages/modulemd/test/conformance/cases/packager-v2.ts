import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { documentText, packagerV2 } from '../texts.ts'

const EVERY_KEY = `---
document: modulemd-packager
version: 2
data:
  static_context: false
  summary: a module
  description: What it is good for.
  license:
    module: [MIT]
  dependencies:
  - buildrequires: {platform: [el8]}
    requires: {platform: [el8]}
  references:
    community: https://example.org/
    documentation: https://example.org/docs
    tracker: https://example.org/bugs
  profiles:
    common: {description: all of it, rpms: [a], default: true}
  api: {rpms: [a]}
  filter: {rpms: [b]}
  demodularized: {rpms: [c]}
  components:
    rpms:
      a: {rationale: the core, name: core, repository: r, cache: c, ref: main, buildroot: true}
      b: {srpm-buildroot: true, buildorder: 1, buildonly: true, arches: [x86_64], multilib: [x86_64]}
    modules:
      m: {rationale: more of it, repository: r, ref: main, buildorder: 2, buildonly: true}
...
`
const without = (key: string) => packagerV2().replace(new RegExp(`^ {2}${key}: .*\\n`, 'm'), '')
const strange = (line: string) => {
  const key = line.slice(0, line.indexOf(':'))
  return refusedStrictly(`the key ${key}`, packagerV2(line), 'unknown-key', `data.${key}`)
}

/** The earlier packager documents: streams without the parts that a build adds. */
export const packagersV2: Topic = {
  title: "packagers' documents of version 2",
  reader: 'packager-v2',
  cases: [
    taken("the least packager's document", packagerV2()),
    taken("every key of packagers' documents", EVERY_KEY),
    taken(
      "what comes before in a packager's document",
      packagerV2('components: {rpms: {a: {buildafter: [b]}, b: {}}}'),
    ),
    strange('name: n'),
    strange('stream: s'),
    strange('version: 1'),
    strange('context: c'),
    strange('arch: x'),
    strange('servicelevels: {a: {}}'),
    strange('xmd: {a: b}'),
    strange('buildopts: {arches: [x]}'),
    strange('artifacts: {rpms: []}'),
    strange('configurations: []'),
    strange('eol: 2020-01-01'),
    refusedStrictly(
      'licences of content',
      packagerV2('license: {content: [MIT]}'),
      'unknown-key',
      'data.license.content',
    ),
    refused("no summary in a packager's document", without('summary'), 'missing', 'data.summary'),
    refused("no description in a packager's document", without('description'), 'missing', 'data.description'),
    refused("no licence in a packager's document", without('license'), 'missing', 'data.license.module'),
    refused('a set of licences', packagerV2('license: [MIT]'), 'type', 'data.license'),
    refused(
      'a map of dependencies',
      packagerV2('dependencies: {requires: {a: b}}'),
      'type',
      'data.dependencies',
    ),
    refused(
      "mixed signs in a packager's document",
      packagerV2('dependencies: [{requires: {a: [b, -c]}}]'),
      'inconsistent',
      'data.dependencies.0.requires.a',
    ),
    refused(
      "bad order in a packager's document",
      packagerV2('components: {rpms: {a: {buildafter: [b]}}}'),
      'inconsistent',
      'data.components.rpms.a.buildafter',
    ),
    refused(
      "a list as data of a packager's document",
      documentText('modulemd-packager', 2).replace('data:', 'data: []'),
      'type',
      'data',
    ),
    refused('two documents where there is one', packagerV2() + packagerV2(), 'unknown-kind', ''),
    refusedStrictly(
      'an unknown root key',
      packagerV2().replace('data:', 'extra: a\ndata:'),
      'unknown-key',
      'extra',
    ),
  ],
}
