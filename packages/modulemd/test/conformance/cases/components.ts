import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { streamV2 } from '../texts.ts'

const rpms = (map: string, ...lines: string[]) => streamV2(`components: {rpms: {${map}}}`, ...lines)
const modules = (map: string) => streamV2(`components: {modules: {${map}}}`)

/** The keys of components. */
export const components: Topic = {
  title: 'components',
  reader: 'index',
  cases: [
    taken('no component', streamV2('components: {}')),
    taken('no component of either kind', streamV2('components: {rpms: {}, modules: {}}')),
    taken('a package without keys', rpms('a: {}')),
    taken('a module without keys', modules('a: {}')),
    taken('a package and a module of one name', streamV2('components: {rpms: {a: {}}, modules: {a: {}}}')),
    taken('a component twice', rpms('a: {ref: b}, a: {rationale: c}')),
    taken(
      'components in two parts',
      streamV2('components: {rpms: {a: {}}, rpms: {b: {}}}', 'components: {rpms: {c: {}}}'),
    ),
    taken('a package of the same name', rpms('a: {name: a}')),
    taken('two packages of another same name', rpms('a: {name: c}, b: {name: c}')),
    taken('empty texts of a component', rpms('a: {rationale: , name: , repository: , cache: , ref: }')),
    taken('architectures for several', rpms('a: {multilib: [x], arches: [y]}')),

    refused('nothing as components', streamV2('components:'), 'type', 'data.components'),
    refused('a text as components', streamV2('components: a'), 'type', 'data.components'),
    refused('a list as components', streamV2('components: []'), 'type', 'data.components'),
    refused('nothing as packages', streamV2('components: {rpms: }'), 'type', 'data.components.rpms'),
    refused('a list as packages', streamV2('components: {rpms: [a]}'), 'type', 'data.components.rpms'),
    refused('a list as modules', streamV2('components: {modules: [a]}'), 'type', 'data.components.modules'),
    refused('nothing as component', rpms('a: '), 'type', 'data.components.rpms.a'),
    refused('a list as component', rpms('a: []'), 'type', 'data.components.rpms.a'),
    refused('a text as module', modules('a: b'), 'type', 'data.components.modules.a'),
    refused('a list as reason', rpms('a: {rationale: [b]}'), 'type', 'data.components.rpms.a.rationale'),
    refused('a map as name', rpms('a: {name: {}}'), 'type', 'data.components.rpms.a.name'),
    refused('a list as repository', rpms('a: {repository: []}'), 'type', 'data.components.rpms.a.repository'),
    refused('a list as cache', rpms('a: {cache: []}'), 'type', 'data.components.rpms.a.cache'),
    refused('a map as ref', rpms('a: {ref: {}}'), 'type', 'data.components.rpms.a.ref'),
    refused('a list as ref of a module', modules('a: {ref: []}'), 'type', 'data.components.modules.a.ref'),
    refused(
      'a map as architectures of a component',
      rpms('a: {arches: {}}'),
      'type',
      'data.components.rpms.a.arches',
    ),
    refused(
      'a map as second architectures',
      rpms('a: {multilib: {}}'),
      'type',
      'data.components.rpms.a.multilib',
    ),
    refused(
      'a map as what comes before',
      rpms('a: {buildafter: {}}'),
      'type',
      'data.components.rpms.a.buildafter',
    ),
    refused(
      'no word of truth for building only',
      rpms('a: {buildonly: 1}'),
      'value',
      'data.components.rpms.a.buildonly',
    ),
    refused(
      'a list for building only',
      modules('a: {buildonly: [true]}'),
      'type',
      'data.components.modules.a.buildonly',
    ),
    refused(
      'no word of truth for the build root',
      rpms('a: {buildroot: yes}'),
      'value',
      'data.components.rpms.a.buildroot',
    ),
    refused(
      'no word of truth for source packages',
      rpms('a: {srpm-buildroot: }'),
      'value',
      'data.components.rpms.a.srpm-buildroot',
    ),

    refusedStrictly(
      'an unknown kind of component',
      streamV2('components: {debs: {a: {}}}'),
      'unknown-key',
      'data.components.debs',
    ),
    refusedStrictly(
      'an unknown key of a package',
      rpms('a: {branch: b}'),
      'unknown-key',
      'data.components.rpms.a.branch',
    ),
    refusedStrictly(
      'an unknown key of a module',
      modules('a: {branch: b}'),
      'unknown-key',
      'data.components.modules.a.branch',
    ),
    refusedStrictly(
      'a name of a module',
      modules('a: {name: b}'),
      'unknown-key',
      'data.components.modules.a.name',
    ),
    refusedStrictly(
      'what comes before a module',
      modules('a: {buildafter: []}'),
      'unknown-key',
      'data.components.modules.a.buildafter',
    ),
    refusedStrictly(
      'architectures of a module',
      modules('a: {arches: [x]}'),
      'unknown-key',
      'data.components.modules.a.arches',
    ),
    refusedStrictly(
      'a module for the build root',
      modules('a: {buildroot: true}'),
      'unknown-key',
      'data.components.modules.a.buildroot',
    ),
    refusedStrictly(
      'a cache of a module',
      modules('a: {cache: b}'),
      'unknown-key',
      'data.components.modules.a.cache',
    ),

    taken('the architectures of the module', rpms('a: {arches: [x]}', 'buildopts: {arches: [x, y]}')),
    taken(
      'architectures beside build options without any',
      rpms('a: {arches: [x]}', 'buildopts: {arches: []}'),
    ),
    taken(
      'second architectures that the module lacks',
      rpms('a: {multilib: [z]}', 'buildopts: {arches: [x]}'),
    ),
    refused(
      'an architecture that the module lacks',
      rpms('a: {arches: [x, z]}', 'buildopts: {arches: [x, y]}'),
      'inconsistent',
      'data.components.rpms.a.arches',
    ),
  ],
}
