import { type Topic, refused, taken } from '../case.ts'
import { defaults, documentText, obsoletes, streamV1, streamV2 } from '../texts.ts'

const unnamed = (...lines: string[]) =>
  documentText('modulemd', 2, 'summary: s', 'description: d', 'license: {module: [MIT]}', ...lines)
const build = (version: number, context: string, arch: string, ...lines: string[]) =>
  streamV2(`version: ${version}`, `context: ${context}`, `arch: ${arch}`, ...lines)

/** The documents that one index can contain together. */
export const indexRules: Topic = {
  title: 'index',
  reader: 'index',
  cases: [
    refused('a stream without names', unnamed(), 'missing', 'data'),
    refused('a stream without the name of its module', unnamed('stream: s'), 'missing', 'data'),
    refused('a stream without its own name', unnamed('name: n'), 'missing', 'data'),
    taken('a stream with empty names', unnamed('name: ""', 'stream: ""')),

    taken('a stream twice', streamV2() + streamV2()),
    taken('a build twice', build(1, 'c', 'x') + build(1, 'c', 'x')),
    taken(
      'a build twice in other words',
      build(1, 'c', 'x', 'api: {rpms: [a, b]}') + build(1, 'c', 'x', 'api: {rpms: [b, a, a]}'),
    ),
    taken(
      'a build twice with its map in another order',
      build(1, 'c', 'x', 'xmd: {a: b, c: d}') + build(1, 'c', 'x', 'xmd: {c: d, a: b}'),
    ),
    taken(
      'other streams, versions, contexts and architectures',
      build(1, 'c', 'x') +
        build(2, 'c', 'x') +
        build(1, 'd', 'x') +
        build(1, 'c', 'y') +
        build(1, 'c', 'x', 'stream: t'),
    ),
    taken(
      'a build of another module',
      build(1, 'c', 'x') + build(1, 'c', 'x', 'name: o', 'arch: x', 'summary: t'),
    ),
    refused(
      'a build twice with other content',
      build(1, 'c', 'x') + build(1, 'c', 'x', 'summary: t'),
      'conflict',
      'data',
    ),
    refused('a stream twice with other content', streamV2() + streamV2('summary: t'), 'conflict', 'data'),
    refused(
      'alternatives in another order',
      build(1, 'c', 'x', 'dependencies: [{}, {requires: {a: b}}]') +
        build(1, 'c', 'x', 'dependencies: [{requires: {a: b}}, {}]'),
      'conflict',
      'data',
    ),
    refused(
      'build options that are empty in one and absent in the other',
      build(1, 'c', 'x', 'buildopts: {}') + build(1, 'c', 'x'),
      'conflict',
      'data',
    ),
    refused('a draft that a build may be', build(1, 'c', 'x') + streamV2(), 'conflict', 'data'),
    taken('a draft before its build', streamV2() + build(1, 'c', 'x')),
    refused(
      'a draft without version',
      build(1, 'c', 'x') + streamV2('context: c', 'arch: x'),
      'conflict',
      'data',
    ),
    refused(
      'a draft without context',
      build(1, 'c', 'x') + streamV2('version: 1', 'arch: x'),
      'conflict',
      'data',
    ),
    refused(
      'a draft without architecture',
      build(1, 'c', 'x') + streamV2('version: 1', 'context: c'),
      'conflict',
      'data',
    ),
    refused(
      'a draft that several builds may be',
      build(1, 'c', 'x') + build(2, 'c', 'x') + streamV2(),
      'conflict',
      'data',
    ),
    refused(
      'a pattern that matches another stream',
      streamV2('stream: abc') + streamV2('stream: "a*"'),
      'conflict',
      'data',
    ),
    taken('a pattern that matches no other stream', streamV2('stream: abc') + streamV2('stream: "b*"')),
    taken('a pattern before what it matches', streamV2('stream: "a*"') + streamV2('stream: abc')),
    refused('a pattern as context', build(1, 'c', 'x') + build(1, '"?"', 'x'), 'conflict', 'data'),
    refused('a pattern as architecture', build(1, 'c', 'x') + build(1, 'c', '"[wx]"'), 'conflict', 'data'),
    refused(
      'a conflict between others',
      defaults() + build(1, 'c', 'x') + obsoletes() + build(1, 'c', 'x', 'summary: t') + defaults(),
      'conflict',
      'data',
    ),

    taken('streams of both versions', streamV1() + streamV2('stream: t')),
    taken('streams of both versions, the newer one first', streamV2('stream: t') + streamV1()),
    taken('a stream of version 1 twice', streamV1() + streamV1()),
    refused(
      'a stream of version 1 twice around obsoletes',
      streamV1() + obsoletes() + streamV1(),
      'conflict',
      'data',
    ),
    refused(
      'a stream of version 1 twice with other content',
      streamV1() + streamV1('summary: t'),
      'conflict',
      'data',
    ),
    refused('a stream in both versions', streamV1() + streamV2(), 'conflict', 'data'),
    refused('a stream in both versions, the newer one first', streamV2() + streamV1(), 'conflict', 'data'),
  ],
}
