/** The YAML styles that can represent a text. */
export interface Analysis {
  isMultiline: boolean
  canBePlain: boolean
  canBePlainInFlow: boolean
  canBeSingleQuoted: boolean
  canBeBlock: boolean
}

/**
 * Characters that need an escape. Besides libyaml's own, these are the line breaks of YAML 1.1 that YAML 1.2
 * does not know (U+2028, U+2029): readers of the two versions would disagree on them.
 */
const SPECIAL = /[^\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/

/** The line breaks of YAML 1.1. */
const BREAK = /[\n\r\u0085\u2028\u2029]/
const INDICATOR_AT_START = /^(?:[#,[\]{}&*!|>'"%@`]|[?:-](?: |$)|---|\.\.\.)/
const INDICATOR_INSIDE = /:(?: |$)| #/
const INDICATOR_IN_FLOW = /[,?[\]{}:]/

/** Finds the styles in which a text can be written, as libyaml does (`yaml_emitter_analyze_scalar`). */
export function analyze(text: string): Analysis {
  const isMultiline = BREAK.test(text)
  const isSpecial = SPECIAL.test(text)
  const hasOuterBlank = /^[ \n]|[ \n]$/.test(text)
  const hasSpaceBeforeBreak = text.includes(' \n')
  const hasSpaceAfterBreak = text.includes('\n ')
  const canFold = !isSpecial && !hasSpaceBeforeBreak
  const canBeBare = canFold && !isMultiline && !hasOuterBlank
  const canBePlain = canBeBare && !INDICATOR_AT_START.test(text) && !INDICATOR_INSIDE.test(text)
  return {
    isMultiline,
    canBePlain,
    canBePlainInFlow: canBePlain && text !== '' && !INDICATOR_IN_FLOW.test(text),
    canBeSingleQuoted: canFold && !hasSpaceAfterBreak,
    canBeBlock: canFold && text !== '' && !text.endsWith(' '),
  }
}
