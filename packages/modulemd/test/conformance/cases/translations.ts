import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { translations } from '../texts.ts'

const EVERY_KEY = `---
document: modulemd-translations
version: 1
data:
  module: m
  stream: "1.10"
  modified: 202401311200
  translations:
    de_DE:
      summary: ein Modul
      description: >-
        Wozu es
        gut ist.
      profiles:
        common: alles
    ja: {summary: モジュール}
...
`
const without = (key: string) => translations().replace(new RegExp(`^ {2}${key}: .*\\n`, 'm'), '')

/** Texts in other languages. */
export const translationsTopic: Topic = {
  title: 'translations',
  reader: 'index',
  cases: [
    taken('every key of translations', EVERY_KEY),
    taken('no translation below the key', translations('translations: {}')),
    taken('an empty translation', translations('translations: {de: {}}')),
    taken('a locale that does not exist', translations('translations: {"no such": {summary: }}')),
    taken('a locale twice', translations('translations: {de: {summary: a}, de: {description: b}}')),
    taken('a profile without words', translations('translations: {de: {profiles: {}}}')),
    taken('a profile twice in a translation', translations('translations: {de: {profiles: {a: b, a: c}}}')),
    taken('the time of change twice in translations', translations('modified: 7')),
    refused('no module in translations', without('module'), 'missing', 'data.module'),
    refused('no stream in translations', without('stream'), 'missing', 'data.stream'),
    refused('no time of change in translations', without('modified'), 'missing', 'data.modified'),
    refused(
      'an empty module in translations',
      translations().replace('module: m', 'module: '),
      'missing',
      'data.module',
    ),
    refused(
      'an empty stream in translations',
      translations().replace('stream: s', 'stream: '),
      'missing',
      'data.stream',
    ),
    refused('a time of change that is 0', translations('modified: 0'), 'value', 'data.modified'),
    refused(
      'a minute as time of change',
      translations('modified: 2024-01-31T12:00Z'),
      'value',
      'data.modified',
    ),
    refused('the module twice in translations', translations('module: m'), 'repeated', 'data.module'),
    refused('the stream twice in translations', translations('stream: s'), 'repeated', 'data.stream'),
    refused(
      'a list as stream of translations',
      translations().replace('stream: s', 'stream: [s]'),
      'type',
      'data.stream',
    ),
    refused('a list as translations', translations('translations: [de]'), 'type', 'data.translations'),
    refused('nothing as translations', translations('translations:'), 'type', 'data.translations'),
    refused('a text as translation', translations('translations: {de: a}'), 'type', 'data.translations.de'),
    refused(
      'a list as translated summary',
      translations('translations: {de: {summary: [a]}}'),
      'type',
      'data.translations.de.summary',
    ),
    refused(
      'a map as translated description',
      translations('translations: {de: {description: {}}}'),
      'type',
      'data.translations.de.description',
    ),
    refused(
      'a list as translated profiles',
      translations('translations: {de: {profiles: [a]}}'),
      'type',
      'data.translations.de.profiles',
    ),
    refused(
      'a list as translated profile',
      translations('translations: {de: {profiles: {a: [b]}}}'),
      'type',
      'data.translations.de.profiles.a',
    ),
    refusedStrictly(
      'an unknown key in translations',
      translations('locale: de'),
      'unknown-key',
      'data.locale',
    ),
    refusedStrictly(
      'an unknown key of a translation',
      translations('translations: {de: {name: a}}'),
      'unknown-key',
      'data.translations.de.name',
    ),
  ],
}
