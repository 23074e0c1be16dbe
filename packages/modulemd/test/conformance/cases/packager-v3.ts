import { type Topic, refused, taken } from '../case.ts'
import { defaults, documentText, packagerV3 } from '../texts.ts'

const EVERY_KEY = `---
document: modulemd-packager
version: 3
data:
  name: n
  stream: "1.10"
  summary: a module
  description: What it is good for.
  license: [MIT, Zlib]
  xmd: {a: {b: [c]}}
  configurations:
  - context: CTX1
    platform: el8
    buildrequires: {tools: [rolling]}
    requires: {runtime: "2"}
    buildopts:
      rpms: {macros: "%with_x 1", whitelist: [a]}
      arches: [x86_64]
  - context: "2"
    platform: f40
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
      b: {srpm-buildroot: true, buildafter: [a], buildonly: true, arches: [x86_64], multilib: [x86_64]}
    modules:
      m: {rationale: more of it, repository: r, ref: main, buildorder: 2, buildonly: true}
...
`
const strange = (line: string) => {
  const key = line.slice(0, line.indexOf(':'))
  return refused(`the key ${key} in version 3`, packagerV3(line), 'unknown-key', `data.${key}`)
}

/** The current packager documents; no reader reads them laxly. */
export const packagersV3: Topic = {
  title: "packagers' documents of version 3",
  reader: 'packager-v3',
  cases: [
    taken("the least packager's document of version 3", packagerV3()),
    taken("every key of packagers' documents of version 3", EVERY_KEY),
    taken('one without licence', packagerV3().replace('  license: [MIT]\n', '')),
    taken('one with a licence without list', packagerV3('license: MIT')),
    taken('one without configurations', packagerV3().replace(/ {2}configurations: .*\n/, '')),
    taken('one without summary', packagerV3().replace('  summary: s\n', '')),
    taken('one without description', packagerV3().replace('  description: d\n', '')),
    taken('an order in version 3', packagerV3('components: {rpms: {a: {buildorder: 1}}}')),
    strange('version: 1'),
    strange('context: c'),
    strange('arch: x'),
    strange('static_context: true'),
    strange('dependencies: []'),
    strange('buildopts: {}'),
    strange('servicelevels: {}'),
    strange('artifacts: {}'),
    refused(
      'an unknown root key in version 3',
      packagerV3().replace('data:', 'extra: a\ndata:'),
      'unknown-key',
      'extra',
    ),
    refused(
      'an unknown key of a profile in version 3',
      packagerV3('profiles: {a: {x: y}}'),
      'unknown-key',
      'data.profiles.a.x',
    ),
    refused(
      'an unknown key of api in version 3',
      packagerV3('api: {rpm: [a]}'),
      'unknown-key',
      'data.api.rpm',
    ),
    refused('a map of licences', packagerV3('license: {module: MIT}'), 'type', 'data.license'),
    refused('an empty map of licences', packagerV3('license: {}'), 'type', 'data.license'),
    refused('a list as name of version 3', packagerV3('name: [n]'), 'type', 'data.name'),
    refused('a list as xmd in version 3', packagerV3('xmd: [a]'), 'type', 'data.xmd'),
    refused('defaults where a packager writes', defaults(), 'unknown-kind', ''),
    refused('no document where there is one', '', 'unknown-kind', ''),
    refused(
      'version 1 where a packager writes',
      documentText('modulemd-packager', 1, 'summary: s'),
      'unknown-version',
      'document',
    ),
  ],
}
