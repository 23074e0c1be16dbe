import type { Complaint } from '../problem.ts'

/** Something wrong at an offset of the text. */
export interface Fault extends Complaint {
  path: string
  at: number
}

/** Where readers put what they find, and how strict they are to be. */
export interface Report {
  /** Keys that are not known are faults. */
  readonly isStrict: boolean
  /** Whether it is no use to look for more. */
  readonly isFull: boolean
  add(fault: Fault): void
}

/** Enough for anybody to act on; a hostile text has millions. */
const FAULTS_MAX = 1000

/** Collects faults up to a bound, and says so when there were more. */
export class FaultList implements Report {
  readonly isStrict: boolean
  readonly faults: Fault[] = []

  constructor(isStrict: boolean) {
    this.isStrict = isStrict
  }

  get isFull(): boolean {
    return this.faults.length > FAULTS_MAX
  }

  add(fault: Fault): void {
    if (this.isFull) return
    const isLast = this.faults.length === FAULTS_MAX
    this.faults.push(isLast ? { ...fault, ...TOO_MANY, path: '' } : fault)
  }
}

const TOO_MANY: Complaint = {
  code: 'limit',
  message: 'there are more problems than are listed',
  remedy: 'mend those above first',
}

/** The same report for a reader that is strict whoever calls it. */
export function strictly(report: Report): Report {
  return {
    isStrict: true,
    get isFull() {
      return report.isFull
    },
    add: (fault) => report.add(fault),
  }
}
