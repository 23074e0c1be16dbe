// One attempt at one component, in a process of its own that outlives the service: `node runner.ts FOLDER`.
// It reads its request, does all the work, and puts its result there last, by rename; who watches reads the folder.
import { appendFile, readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { InfraError, messageOf, UserError } from '../../errors.ts'
import { writeFileAtomically } from '../../files.ts'
import { callFolder } from '../../places.ts'
import { removeTree } from '../../sandbox/index.ts'
import {
  attemptFiles,
  markOf,
  type AttemptRequest,
  type AttemptResult,
  type AttemptStatus,
} from './attempt.ts'
import { recordBuildroot, recordSources } from './record-buildroot.ts'
import {
  beginAttempt,
  buildBinaries,
  makeSourcePackage,
  MissingBuildRequires,
  prepareSources,
  takeResults,
} from './steps.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: runner.ts FOLDER')
const files = attemptFiles(folder)
callFolder(folder, 'the attempt')

async function run(): Promise<AttemptResult> {
  const began = performance.now()
  const request = JSON.parse(await readFile(files.request, 'utf8')) as AttemptRequest
  // Its reasons stand in the log, which anybody may read.
  callFolder(path.dirname(request.distGitCache), 'cacheDir')
  const attempt = await beginAttempt(request, files)
  await report('sources')
  const spec = await prepareSources(attempt)
  const sources = await recordSources(attempt)
  await report('source package')
  const first = await makeSourcePackage(attempt, spec)
  await report('build requires')
  const sourcePackage = await buildBinaries(attempt, spec, first, () => report('rpmbuild'))
  await report('results')
  const rpms = await takeResults(attempt, sourcePackage)
  const { arch, release, source: from } = request
  const source = from.kind === 'dist-git' ? `${from.url}#${from.commit}` : null
  await recordBuildroot(attempt, { source, sources })
  return {
    state: 'complete',
    rpms,
    arch,
    source,
    release,
    rpmbuildMs: attempt.rpmbuildMs,
    elapsedMs: performance.now() - began,
  }
}

async function report(phase: AttemptStatus['phase']): Promise<void> {
  await writeFileAtomically(files.status, JSON.stringify({ phase } satisfies AttemptStatus))
}

function outcome(error: unknown): AttemptResult {
  if (error instanceof MissingBuildRequires)
    return { state: 'failed', reason: messageOf(error), isMissing: true }
  if (error instanceof UserError) return { state: 'failed', reason: messageOf(error) }
  if (!(error instanceof InfraError)) console.error(error)
  return { state: 'lost', reason: messageOf(error) }
}

const mark = await markOf(process.pid)
await writeFileAtomically(files.process, JSON.stringify(mark))
// Done before: an earlier runner of this attempt ended it.
if (!(await readdir(folder)).includes('result.json')) {
  const result = await run().catch(outcome)
  // Whoever reads the log finds the end of the story in it.
  if (result.state !== 'complete') await appendFile(files.buildLog, `\n${result.reason}\n`)
  await removeTree(files.work)
  await writeFileAtomically(files.result, JSON.stringify(result))
}
