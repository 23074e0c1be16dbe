/** Cases in which libmodulemd's validator and our reader differ, and the reason for the difference. */
interface Difference {
  /**
   * The validator's result for these texts. It is unknown when the validator ends by a signal, or when the
   * result depends on its version. The test does not give such a text to the validator.
   */
  verdict: 'taken' | 'refused' | 'unknown'
  reason: string
  /** The descriptions of the cases. */
  cases: readonly string[]
}

export const differences: readonly Difference[] = [
  {
    verdict: 'unknown',
    reason: 'libmodulemd ends by a signal at a day that does not exist',
    cases: [
      'an end of life that does not exist',
      ...['month 13', 'month 0', 'day 0', '30 February', '29 February of no leap year', 'year 0'],
      'words between dashes',
    ],
  },
  {
    verdict: 'unknown',
    reason: 'libmodulemd ends by a signal at an alias or a key that is no text in xmd',
    cases: ['an alias in xmd', 'a map as key of xmd', 'a list as key within xmd'],
  },
  {
    verdict: 'unknown',
    reason: 'libmodulemd ends by a signal at artifacts of version 1 without packages',
    cases: ['artifacts without packages in version 1'],
  },
  {
    verdict: 'unknown',
    reason: 'before 2.15 libmodulemd read nothing as a set of one empty text',
    cases: ['nothing as licence', 'one after nothing', 'nothing as stream'],
  },
  {
    verdict: 'unknown',
    reason:
      'libmodulemd finds no sign behind a blank; then it depends on the numbers before what it makes of -1',
    cases: ['a number below 0 behind a blank'],
  },
  {
    verdict: 'unknown',
    reason: 'no file can hold this text',
    cases: ['half of a far character'],
  },
  {
    verdict: 'taken',
    reason: 'libmodulemd forgets what is wrong with api, filter and demodularized',
    cases: [
      ...['nothing as api', 'a text as filter', 'nothing as demodularized'],
      ...['a list of lists as api', 'an alias as list', 'an alias as api'],
    ],
  },
  {
    verdict: 'taken',
    reason: 'libmodulemd forgets what is wrong with sets of licences, too',
    cases: ['a map as licences of the content', 'an empty map of licences'],
  },
  {
    verdict: 'taken',
    reason: 'libmodulemd takes defaults of no module for those of a module with a name of its own',
    cases: ['no module in defaults', 'no data in defaults'],
  },
  {
    verdict: 'taken',
    reason: 'libmodulemd makes 0 of an epoch that does not fit',
    cases: ['an epoch above 32 bits'],
  },
  {
    verdict: 'taken',
    reason: 'texts of libmodulemd end at a zero',
    cases: ['a zero in a text'],
  },
  {
    verdict: 'taken',
    reason: 'libmodulemd has no bound against hostile texts',
    cases: ['too many levels'],
  },
  {
    verdict: 'taken',
    reason: 'the validator gives names to streams that have none',
    cases: [
      'a stream without names',
      'a stream without the name of its module',
      'a stream without its own name',
    ],
  },
  {
    verdict: 'taken',
    reason: 'the validator reads streams laxly when it is told what they are',
    cases: ['one stream with an unknown key'],
  },
]
