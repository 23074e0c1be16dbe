import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { streamV2 } from '../texts.ts'

/** The section `buildopts`. */
export const buildOptions: Topic = {
  title: 'build options',
  reader: 'index',
  cases: [
    taken('no build option', streamV2('buildopts: {}')),
    taken('no option for packages', streamV2('buildopts: {rpms: {}}')),
    taken(
      'macros over several lines',
      streamV2('buildopts:', '  rpms:', '    macros: |', '      %a 1', '      %b 2'),
    ),
    taken('empty macros', streamV2('buildopts: {rpms: {macros: }}')),
    taken('no name in the whitelist', streamV2('buildopts: {rpms: {whitelist: []}}')),
    taken('one name in the whitelist', streamV2('buildopts: {rpms: {whitelist: a}}')),
    taken('architectures that do not exist', streamV2('buildopts: {arches: [a, b]}')),
    taken('no architecture', streamV2('buildopts: {arches: }')),
    taken('build options twice', streamV2('buildopts: {arches: [a]}', 'buildopts: {}')),
    refused('a text as build options', streamV2('buildopts: a'), 'type', 'data.buildopts'),
    refused('nothing as build options', streamV2('buildopts:'), 'type', 'data.buildopts'),
    refused('a list as build options', streamV2('buildopts: []'), 'type', 'data.buildopts'),
    refused(
      'nothing as options for packages',
      streamV2('buildopts: {rpms: }'),
      'type',
      'data.buildopts.rpms',
    ),
    refused(
      'a list as options for packages',
      streamV2('buildopts: {rpms: [a]}'),
      'type',
      'data.buildopts.rpms',
    ),
    refused(
      'a list as macros',
      streamV2('buildopts: {rpms: {macros: [a]}}'),
      'type',
      'data.buildopts.rpms.macros',
    ),
    refused(
      'a map as whitelist',
      streamV2('buildopts: {rpms: {whitelist: {a: b}}}'),
      'type',
      'data.buildopts.rpms.whitelist',
    ),
    refused(
      'a map as architectures',
      streamV2('buildopts: {arches: {a: b}}'),
      'type',
      'data.buildopts.arches',
    ),
    refusedStrictly(
      'an unknown build option',
      streamV2('buildopts: {arch: [a]}'),
      'unknown-key',
      'data.buildopts.arch',
    ),
    refusedStrictly(
      'an unknown option for packages',
      streamV2('buildopts: {rpms: {macro: a}}'),
      'unknown-key',
      'data.buildopts.rpms.macro',
    ),
  ],
}
