import type { Check } from '../module-under-test.ts'
import { checkArtifacts } from './artifacts.ts'
import { checkFileConflicts } from './file-conflicts.ts'
import { checkLabels } from './labels.ts'
import { checkProfiles } from './profiles.ts'

/** The checks between `done` and `ready`, by the names of their stored results. */
export const checks: Readonly<Record<string, Check>> = {
  artifacts: checkArtifacts,
  labels: checkLabels,
  'file-conflicts': checkFileConflicts,
  profiles: checkProfiles,
}
