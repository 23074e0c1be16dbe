import { formatNevra } from '@mbs/rpm'
import { excerpt } from '../../errors.ts'
import type { CheckOutcome, ModuleUnderTest } from '../module-under-test.ts'

/**
 * Checks that every package has this module's label, or the label of the build that it was reused from: dnf recognises
 * modular packages by their label.
 */
export function checkLabels({ nsvc, reusedFrom, withPackages }: ModuleUnderTest): Promise<CheckOutcome> {
  const labels = new Set([nsvc, ...reusedFrom])
  return withPackages(({ packages }) => {
    const faults = packages.flatMap(({ header }) =>
      labels.has(header.modularityLabel ?? '')
        ? []
        : [
            `${formatNevra(header.nevra)} has ${header.modularityLabel === undefined ? 'no label' : `the label ${excerpt(header.modularityLabel, 200)}`}, not ${nsvc}`,
          ],
    )
    return { faults, looked: `the labels of ${packages.length} packages` }
  })
}
