import spdxLicenses from 'spdx-license-ids/index.json' with { type: 'json' }
import spdxDeprecated from 'spdx-license-ids/deprecated.json' with { type: 'json' }
import { quote } from '../quote.ts'
import { nearestTo } from '../read/suggest.ts'
import { CALLAWAY_LICENSES } from './callaway-licenses.ts'
import type { Rule } from './rule.ts'

const KNOWN = new Set([...CALLAWAY_LICENSES, ...spdxLicenses, ...spdxDeprecated])

/** Rules for licences, by the lists of SPDX and by Fedora's older list. */
export const licenseRules: readonly Rule[] = [
  {
    name: 'license-unknown',
    severity: 'warning',
    about: 'a licence is in no list, neither that of SPDX nor that of Fedora before it',
    find: ({ licenses }, { policy }) =>
      licenses.flatMap(({ path, texts }) =>
        texts.flatMap((item) =>
          termsOf(item)
            .filter((term) => !isKnown(term, policy.licenses))
            .map((term) => {
              const near = nearestTo(term, [...policy.licenses, 'MIT', 'BSD', ...KNOWN])
              const isWhole = term === item && near !== undefined
              return {
                message: `there is no licence ${quote(term)}`,
                remedy: near === undefined ? 'take its name from the list of SPDX' : `did you mean ${near}?`,
                path,
                item,
                ...(isWhole ? { repair: { replace: near } } : {}),
              }
            }),
        ),
      ),
  },
]

/** Returns the licences of an expression, without its exceptions. */
function termsOf(expression: string): string[] {
  return expression
    .split(/(?<!\s)\s+(?:and|or)\s+|,\s+|[()]/i)
    .map((term) =>
      term
        .replace(/(?<!\s)\s+with\s+.*/i, '')
        .replace(/^(?:and|or|with)\s+|(?<!\s)\s+(?:and|or)$/gi, '')
        .trim(),
    )
    .filter((term) => term !== '' && !/exceptions?\b|^with\b/i.test(term))
}

function isKnown(term: string, more: readonly string[]): boolean {
  const bare = term.replace(/\.$/, '')
  return (
    KNOWN.has(bare) || KNOWN.has(bare.replace(/\+$/, '')) || more.includes(term) || /^LicenseRef-/.test(bare)
  )
}
