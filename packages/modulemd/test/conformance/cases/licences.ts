import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { streamV2 } from '../texts.ts'

const unlicensed = (...lines: string[]) => streamV2(...lines).replace(/ {2}license: .*\n/, '')

/** The licences of a stream. The module itself must have one. */
export const licences: Topic = {
  title: 'licences',
  reader: 'index',
  cases: [
    taken('a licence without list', unlicensed('license: {module: MIT}')),
    taken('licences of the content', unlicensed('license: {module: [MIT, Zlib], content: [MIT]}')),
    taken('a licence that is no licence', unlicensed('license: {module: ["what you want"]}')),
    taken('an empty licence in the list', unlicensed('license: {module: [""]}')),
    taken('the section in two parts', unlicensed('license: {module: MIT}', 'license: {content: MIT}')),
    refused('no licence', unlicensed(), 'missing', 'data.license.module'),
    refused('an empty section of licences', unlicensed('license: {}'), 'missing', 'data.license.module'),
    refused(
      'only licences of the content',
      unlicensed('license: {content: [MIT]}'),
      'missing',
      'data.license.module',
    ),
    refused('no licence in the list', unlicensed('license: {module: []}'), 'missing', 'data.license.module'),
    refused('nothing as licence', unlicensed('license: {module: }'), 'missing', 'data.license.module'),
    refused(
      'a licence that is taken back',
      unlicensed('license: {module: MIT, module: []}'),
      'missing',
      'data.license.module',
    ),
    refused('a text as licences', unlicensed('license: MIT'), 'type', 'data.license'),
    refused('a list as licences', unlicensed('license: [MIT]'), 'type', 'data.license'),
    refused('nothing as licences', unlicensed('license:'), 'type', 'data.license'),
    refused('a map as licence', unlicensed('license: {module: {MIT: a}}'), 'type', 'data.license.module'),
    refused(
      'a map as licences of the content',
      unlicensed('license: {module: MIT, content: {}}'),
      'type',
      'data.license.content',
    ),
    refusedStrictly(
      'an unknown kind of licence',
      streamV2('license: {docs: [MIT]}'),
      'unknown-key',
      'data.license.docs',
    ),
  ],
}
