import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import {
  defaults,
  documentText,
  obsoletes,
  packagerV2,
  packagerV3,
  streamV2,
  translations,
} from '../texts.ts'

/** Several documents in one text. */
export const severalDocuments: Topic = {
  title: 'several documents',
  reader: 'index',
  cases: [
    taken('documents of all kinds', streamV2() + defaults() + obsoletes() + translations()),
    taken('defaults before their stream', defaults() + streamV2('name: m')),
    taken('no end markers', (defaults() + streamV2()).replaceAll('...\n', '')),
    taken('end markers in excess', `${defaults()}...\n...\n${streamV2()}...\n`),
    taken('comments between documents', `${defaults()}# between\n${streamV2()}# behind\n`),
    taken('two defaults of one module', defaults('stream: a') + defaults('stream: b')),
    taken('two translations of one stream', translations() + translations()),
    taken('two obsoletes of one minute', obsoletes() + obsoletes('context: c')),

    refused('bad content first', defaults('modified: x') + streamV2(), 'value', 'data.modified'),
    refused('bad content last', streamV2() + defaults('modified: x'), 'value', 'data.modified'),
    refusedStrictly('an unknown key in the second', streamV2() + defaults('x: y'), 'unknown-key', 'data.x'),
    refused('an unknown kind first', documentText('x', 1, 'a: b') + defaults(), 'unknown-kind', 'document'),
    refused('a missing header first', `---\nversion: 1\ndata: {}\n${defaults()}`, 'missing', 'document'),
    refused(
      'a repeated header last',
      streamV2() + defaults().replace('...', 'version: 1\n...'),
      'repeated',
      'version',
    ),
    refused('an empty document between', `${defaults()}---\n${streamV2()}`, 'type', ''),
    refused('a marker and nothing behind it', `${defaults()}---\n`, 'type', ''),
    refused('a text behind an end marker', `${defaults()}a: b\n`, 'syntax', ''),
    refused('bad YAML behind a good document', `${defaults()}---\na: "b\n`, 'syntax', ''),
    refused('bad YAML before a good document', `---\na: "b\n${defaults()}`, 'syntax', ''),

    refused("a packager's document of version 2", packagerV2(), 'unknown-kind', 'data'),
    refused("a packager's document of version 3", packagerV3(), 'unknown-kind', 'data'),
    refused("a packager's document among others", defaults() + packagerV2(), 'unknown-kind', 'data'),
    refused(
      "version 1 of packagers' documents",
      packagerV2().replace('version: 2', 'version: 1'),
      'unknown-version',
      'document',
    ),
    refused(
      "version 4 of packagers' documents",
      packagerV3().replace('version: 3', 'version: 4'),
      'unknown-version',
      'document',
    ),
  ],
}
