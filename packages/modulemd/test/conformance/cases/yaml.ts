import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { defaults, streamV2 } from '../texts.ts'

/** The marks of YAML, its errors, and the parts of YAML that no reader of modulemd supports. */
export const yaml: Topic = {
  title: 'YAML',
  reader: 'index',
  cases: [
    taken(
      'block and flow in one',
      streamV2('profiles:', '  a: {rpms: [b, c]}', '  d:', '    rpms:', '    - e'),
    ),
    taken('a flow list over several lines', streamV2('filter: {rpms: [', '    a,', '    b,', '  ]}')),
    taken('a key without colon in flow', streamV2('profiles: {a: {rpms, description}}')),
    taken('a key in quotes', streamV2('"profiles": {a: {}}')),
    taken('an explicit key', streamV2('? profiles', ': {a: {}}')),
    taken(
      'brackets that go on in the first column',
      'document: modulemd-defaults\nversion: 1\ndata: {module:\nm}\n',
    ),
    taken('texts over several lines', streamV2('description: a', '  b', 'summary: "a', '  b"')),
    taken('a quote that ends in the first column', defaults("stream: 'a").replace('...', "'\n...")),
    taken('a literal text', streamV2('description: |-', '  a', '    b')),
    taken('a folded text', streamV2('description: >2+', '    a', '  b', '')),
    taken('escapes', streamV2('description: "\\t\\x41\\u00e9\\U0001F600\\_"')),
    taken('characters of all planes', streamV2('description: é ☃ 😀')),
    taken('comments', streamV2('# above', 'arch: x # beside', 'context: a#b')),
    taken('a byte order mark', `\ufeff${defaults()}`),
    taken('line breaks of Windows', defaults().replaceAll('\n', '\r\n')),
    taken('no line break at the end', defaults().replace('\n...\n', '')),
    taken('YAML 1.1 by its directive', `%YAML 1.1\n${defaults()}`),
    taken('YAML 1.2 by its directive', `%YAML 1.2\n${defaults()}`),
    taken('a tag by its directive', `%TAG !e! tag:example.org,2024:\n${defaults('stream: !e!x a')}`),
    taken('tags that say another type', streamV2('arch: !!int x', 'filter: !!set {rpms: !!map [a]}')),
    taken('an anchor that nobody uses', streamV2('arch: &a x', 'filter: &b {rpms: [&c d]}')),

    refused('YAML 2.0 by its directive', `%YAML 2.0\n${defaults()}`, 'syntax', ''),
    refused('a tag of no directive', defaults('stream: !e!x a'), 'syntax', ''),
    refused('a quote without end', defaults('stream: "a'), 'syntax', ''),
    refused('a bracket without end', defaults('profiles: {a: [b'), 'syntax', ''),
    refused('a bracket without beginning', defaults('stream: ]'), 'syntax', ''),
    refused('an unknown escape', defaults('stream: "\\y"'), 'syntax', ''),
    refused('a tab as indentation', defaults('profiles:', '\ta: b'), 'syntax', ''),
    refused('a key out of line', defaults(' stream: a'), 'syntax', ''),
    refused('two colons on a line', defaults('stream: a: b'), 'syntax', ''),
    refused('a text that begins with a mark', defaults('stream: @a'), 'syntax', ''),
    refused('text behind a closing quote', defaults('stream: "a" b'), 'syntax', ''),
    refused('an item between keys', defaults('- a'), 'syntax', ''),
    refused('a control character', defaults('stream: a\u0007'), 'syntax', ''),
    refused('half of a far character', defaults('stream: a\ud83d'), 'syntax', ''),
    refused('a zero in a text', defaults('stream: "a\\0b"'), 'unreadable', 'data.stream'),

    refused('an alias as text', streamV2('context: &a b', 'arch: *a'), 'unreadable', 'data.arch'),
    refused(
      'an alias as list',
      streamV2('api: {rpms: &a [b]}', 'filter: {rpms: *a}'),
      'unreadable',
      'data.filter.rpms',
    ),
    refused('an alias as api', streamV2('filter: &a {rpms: [b]}', 'api: *a'), 'unreadable', 'data.api'),
    refused('an alias in xmd', streamV2('xmd: {a: &b c, d: *b}'), 'unreadable', 'data.xmd.d'),
    refused('an alias of nothing', streamV2('arch: *a'), 'unreadable', 'data.arch'),
    refused('an alias as key', streamV2('profiles: {&a b: {}, *a : {}}'), 'unreadable', 'data.profiles'),
    {
      about: 'a merged map',
      text: streamV2('profiles: &a {b: {}}', '<<: *a'),
      strict: { code: 'unknown-key', path: 'data.<<' },
      lax: { code: 'unreadable', path: 'data.<<' },
    },
    refusedStrictly('a merge key with its own map', streamV2('<<: {arch: x}'), 'unknown-key', 'data.<<'),
    refused('a list as key', streamV2('profiles: {[a]: {}}'), 'unreadable', 'data.profiles'),
    refused('a map as key of xmd', streamV2('xmd: {{a: b}: c}'), 'unreadable', 'data.xmd'),

    taken('a hundred levels', streamV2(`xmd: {a: ${nested(90)}}`)),
    refused('too many levels', streamV2(`xmd: {a: ${nested(200)}}`), 'limit', ''),
  ],
}

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels)
}
