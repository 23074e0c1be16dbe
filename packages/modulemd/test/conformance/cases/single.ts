import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { defaults, documentText, obsoletes, packagerV2, streamV1, streamV2, translations } from '../texts.ts'

/** The only document of a text that describes a stream for a build. */
export const single: Topic = {
  title: 'one stream',
  reader: 'single',
  cases: [
    taken('one stream of version 1', streamV1()),
    taken('one stream of version 2', streamV2()),
    taken("one packager's document of version 2", packagerV2()),
    taken('one stream by its other name', streamV2().replace('modulemd', 'modulemd-stream')),
    taken(
      'one stream without names',
      documentText('modulemd', 2, 'summary: s', 'description: d', 'license: {module: [MIT]}'),
    ),
    refusedStrictly('one stream with an unknown key', streamV2('x: y'), 'unknown-key', 'data.x'),
    refused('one stream with a bad number', streamV2('version: x'), 'value', 'data.version'),
    refused(
      'one stream in version 3',
      streamV2().replace('version: 2', 'version: 3'),
      'unknown-version',
      'document',
    ),
    refused('two streams', streamV2() + streamV2('stream: t'), 'unknown-kind', ''),
    refused('a stream and bad YAML behind it', `${streamV2()}"`, 'syntax', ''),
    refused('defaults in place of a stream', defaults(), 'unknown-kind', ''),
    refused('obsoletes in place of a stream', obsoletes(), 'unknown-kind', ''),
    refused('translations in place of a stream', translations(), 'unknown-kind', ''),
    refused('nothing in place of a stream', '', 'unknown-kind', ''),
  ],
}
