// One attempt at one component, in its own process, which outlives the service: `node runner.ts FOLDER`. The runner
// reads its request, does all the work, and last writes its result, by rename. The service observes the folder.
import { appendFile, readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { answers, InfraError, messageOf, UserError } from '../../errors.ts'
import { writeFileAtomically } from '../../files.ts'
import { callFolder } from '../../places.ts'
import { removeTree } from '../../sandbox/index.ts'
import {
  attemptFiles,
  markOf,
  tellEnd,
  type AttemptRequest,
  type AttemptResult,
  type AttemptStatus,
} from './attempt.ts'
import { patiently } from './patiently.ts'
import { recordBuildroot, recordSources } from './record-buildroot.ts'
import {
  beginAttempt,
  distGitOf,
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
  // The runner's reasons are in the log, which every user may read. So they must not contain the real paths.
  callFolder(path.dirname(request.distGitCache), 'cacheDir')
  callFolder(path.dirname(request.resolver.folder), 'dataDir')
  await report('sources')
  const { attempt, spec, sources } = await patiently(
    async () => {
      const attempt = await beginAttempt(request, files)
      const spec = await prepareSources(attempt)
      return { attempt, spec, sources: await recordSources(attempt) }
    },
    ({ place }) => answers(distGitOf(request).resolveRef(place, 'HEAD')),
    (trouble) => report('sources', trouble),
  )
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

async function report(phase: AttemptStatus['phase'], trouble?: string): Promise<void> {
  const status: AttemptStatus = { phase, ...(trouble === undefined ? {} : { trouble }) }
  await writeFileAtomically(files.status, JSON.stringify(status))
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
// If a result exists, an earlier runner of this attempt has ended it.
if (!(await readdir(folder)).includes('result.json')) {
  const result = await run().catch(outcome)
  // The log ends with the reason, for its readers.
  if (result.state !== 'complete') await appendFile(files.buildLog, `\n${result.reason}\n`)
  await removeTree(files.work)
  await writeFileAtomically(files.result, JSON.stringify(result))
  await tellEnd(path.dirname(folder))
}
