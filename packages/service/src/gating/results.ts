import type { Generated } from 'kysely'
import type { Database, Tx } from '../database/index.ts'

type Tables = {
  test_results: {
    id: Generated<number>
    module_build_id: number
    testcase: string
    outcome: 'passed' | 'failed'
    detail: string
    time: Date
  }
}

export interface TestResult {
  testcase: string
  outcome: 'passed' | 'failed'
  /** A description of what was examined, or the faults. */
  detail: string
}

/** Stores a result; the latest one of a test case counts. */
export async function storeResult(
  tx: Tx,
  moduleBuildId: number,
  result: TestResult,
  now: Date,
): Promise<void> {
  await tx
    .$extendTables<Tables>()
    .insertInto('test_results')
    .values({ ...result, module_build_id: moduleBuildId, time: now })
    .onConflict((conflict) =>
      conflict
        .columns(['module_build_id', 'testcase'])
        .doUpdateSet({ outcome: result.outcome, detail: result.detail, time: now }),
    )
    .execute()
}

export async function resultsOf(database: Database | Tx, moduleBuildId: number): Promise<TestResult[]> {
  return database
    .$extendTables<Tables>()
    .selectFrom('test_results')
    .select(['testcase', 'outcome', 'detail'])
    .where('module_build_id', '=', moduleBuildId)
    .orderBy('testcase')
    .execute()
}
