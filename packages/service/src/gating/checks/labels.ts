import { formatNevra } from '@mbs/rpm'
import type { CheckOutcome, ModuleUnderTest } from '../module-under-test.ts'

/** Every package carries this module's label; dnf refuses to install modular packages under another. */
export function checkLabels({ nsvc, packages }: ModuleUnderTest): CheckOutcome {
  const faults = packages.flatMap(({ header }) =>
    header.modularityLabel === nsvc
      ? []
      : [
          `${formatNevra(header.nevra)} has ${header.modularityLabel === undefined ? 'no label' : `the label ${header.modularityLabel}`}, not ${nsvc}`,
        ],
  )
  return { faults, looked: `the labels of ${packages.length} packages` }
}
