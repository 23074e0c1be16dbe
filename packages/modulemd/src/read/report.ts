import { type Complaint, FAULTS_MAX, TOO_MANY } from '../problem.ts'

/** A fault at an offset of the text. */
export interface Fault extends Complaint {
  path: string
  at: number
}

/** Receives the faults of readers and tells them how strict to be. */
export interface Report {
  /** Unknown keys are faults. */
  readonly isStrict: boolean
  /** The report accepts no more faults, so readers may stop. */
  readonly isFull: boolean
  add(fault: Fault): void
}

/** Collects faults up to a limit. One fault more reports that the list is incomplete. */
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

/** Returns the same report for a reader that is always strict. */
export function strictly(report: Report): Report {
  return {
    isStrict: true,
    get isFull() {
      return report.isFull
    },
    add: (fault) => report.add(fault),
  }
}
