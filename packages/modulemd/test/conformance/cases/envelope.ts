import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { defaults, documentText, obsoletes, streamV1, streamV2, translations } from '../texts.ts'

const asJson = '{"document": "modulemd-defaults", "version": 1, "data": {"module": "m"}}\n'

/** Kind, version and data of one document, and other keys beside them. */
export const envelope: Topic = {
  title: 'envelope',
  reader: 'index',
  cases: [
    taken('an empty text', ''),
    taken('nothing but a comment', '# nothing\n'),
    taken('a stream of version 1', streamV1()),
    taken('a stream of version 2', streamV2()),
    taken('defaults', defaults()),
    taken('obsoletes', obsoletes()),
    taken('translations', translations()),
    taken('the other name of streams', documentText('modulemd-stream', 2, ...streamLines())),
    taken('the other name of streams of version 1', documentText('modulemd-stream', 1, ...streamLines())),
    taken('data first', 'data: {module: m}\nversion: 1\ndocument: modulemd-defaults\n'),
    taken('data in the middle', 'version: 1\ndata: {module: m}\ndocument: modulemd-defaults\n'),
    taken('a document without markers', 'document: modulemd-defaults\nversion: 1\ndata:\n  module: m\n'),
    taken('JSON', asJson),
    taken('a version in quotes', asJson.replace('1', '"1"')),
    taken('a version with leading zeros', documentText('modulemd-defaults', '001', 'module: m')),
    taken('a kind with a tag', documentText('!!str modulemd-defaults', 1, 'module: m')),
    taken('translations of any version', documentText('modulemd-translations', 7, ...translationLines())),

    refused('no kind', 'version: 1\ndata: {module: m}\n', 'missing', 'document'),
    refused('no version', 'document: modulemd-defaults\ndata: {module: m}\n', 'missing', 'version'),
    refused('no data', 'document: modulemd-defaults\nversion: 1\n', 'missing', 'data'),
    refused('nothing at all in the root', '{}\n', 'missing', 'document'),

    refused('an unknown kind', documentText('modulemd-default', 1, 'module: m'), 'unknown-kind', 'document'),
    refused('an empty kind', documentText('', 1, 'module: m'), 'unknown-kind', 'document'),
    refused(
      'a kind in capitals',
      documentText('Modulemd-Defaults', 1, 'module: m'),
      'unknown-kind',
      'document',
    ),
    refused('a list as kind', documentText('[modulemd]', 2, ...streamLines()), 'type', 'document'),
    refused('a map as kind', documentText('{modulemd: 2}', 2, ...streamLines()), 'type', 'document'),
    refused(
      'a kind given twice',
      `document: modulemd-defaults\n${defaults().slice(4)}`,
      'repeated',
      'document',
    ),

    refused('version 0 of streams', documentText('modulemd', 0), 'unknown-version', 'document'),
    refused(
      'version 3 of streams',
      documentText('modulemd', 3, ...streamLines()),
      'unknown-version',
      'document',
    ),
    refused(
      'version 2 of defaults',
      documentText('modulemd-defaults', 2, 'module: m'),
      'unknown-version',
      'document',
    ),
    refused(
      'version 2 of obsoletes',
      obsoletes().replace('version: 1', 'version: 2'),
      'unknown-version',
      'document',
    ),
    refused(
      'version 0 of translations',
      documentText('modulemd-translations', 0, ...translationLines()),
      'unknown-version',
      'document',
    ),
    refused('a version given twice', `version: 1\n${defaults().slice(4)}`, 'repeated', 'version'),
    refused('a word as version', documentText('modulemd-defaults', 'one', 'module: m'), 'value', 'version'),
    refused('a version below 0', documentText('modulemd-defaults', -1, 'module: m'), 'value', 'version'),
    refused(
      'a fraction as version',
      documentText('modulemd-defaults', '1.0', 'module: m'),
      'value',
      'version',
    ),
    refused('an empty version', documentText('modulemd-defaults', '', 'module: m'), 'value', 'version'),
    refused(
      'a version above 64 bits',
      documentText('modulemd-defaults', '18446744073709551617', 'module: m'),
      'value',
      'version',
    ),
    refused('a list as version', documentText('modulemd-defaults', '[1]', 'module: m'), 'type', 'version'),

    refused('an empty document', '---\n...\n', 'type', ''),
    refused('a list as root', '- document: modulemd-defaults\n', 'type', ''),
    refused('a text as root', 'modulemd\n', 'type', ''),
    refused('a list as data', 'document: modulemd-defaults\nversion: 1\ndata: [m]\n', 'type', 'data'),
    refused('a text as data', 'document: modulemd-defaults\nversion: 1\ndata: m\n', 'type', 'data'),
    refused('empty data', 'document: modulemd-defaults\nversion: 1\ndata:\n', 'type', 'data'),
    taken('of data given twice the first counts', `${asJson.slice(0, -2)}, "data": [n]}\n`),

    refusedStrictly(
      'an unknown root key before data',
      defaults().replace('data:', 'extra: [a, {b: c}]\ndata:'),
      'unknown-key',
      'extra',
    ),
    taken('an unknown root key behind data', defaults().replace('...', 'extra: [a, {b: c}]\n...')),
  ],
}

function streamLines(): string[] {
  return ['name: n', 'stream: s', 'summary: s', 'description: d', 'license: {module: [MIT]}']
}

function translationLines(): string[] {
  return ['module: m', 'stream: s', 'modified: 202401311200']
}
