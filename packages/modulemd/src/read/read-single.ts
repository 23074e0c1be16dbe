import type { ModulemdDocument } from '../documents.ts'
import type { ModulePackager } from '../module-packager.ts'
import type { ModuleStream } from '../module-stream.ts'
import { ModulemdError } from '../modulemd-error.ts'
import { present } from '../present.ts'
import type { Complaint, Problem } from '../problem.ts'
import { packagerToStream } from '../upgrade/packager-streams.ts'
import { upgradeStream } from '../upgrade/upgrade-stream.ts'
import { problemsOf } from './problems-of.ts'
import { type LocatedDocument, readDocuments } from './read-documents.ts'
import { FaultList } from './report.ts'

/** Names that the caller knows better than the document, for example from a branch. */
export interface KnownNames {
  name?: string
  stream?: string
}

/**
 * Reads the only document of a text that describes a stream for a build, as the Module Build Service does with
 * a submission (`modulemd_module_stream_read_string`). The document is a stream of version 1 or 2, or a
 * packager document of version 2 or 3. The result is always a stream of version 2. Never throws.
 */
export function readStream(
  text: string,
  options: KnownNames & { strict?: boolean } = {},
): { stream?: ModuleStream; problems: Problem[] } {
  const { document, problems } = readSingle(text, options.strict ?? false)
  if (document === undefined) return { problems }
  try {
    const stream =
      document.kind === 'modulemd-packager' ? packagerToStream(document) : upgradeStream(document)
    return { stream: { ...stream, ...namesOf(options) }, problems }
  } catch (error) {
    if (!(error instanceof ModulemdError)) throw error
    return { problems: error.problems }
  }
}

/**
 * Reads the only document of a text from a packager (`modulemd_read_packager_string`). A packager document of
 * version 3 stays as it is; every other document that `readStream` accepts becomes a stream of version 2. It
 * reads streams laxly and packager documents of version 3 strictly. Never throws.
 */
export function readPackager(
  text: string,
  options: KnownNames = {},
): { document?: ModulePackager | ModuleStream; problems: Problem[] } {
  const { document, problems } = readSingle(text, false)
  if (document === undefined) return { problems }
  const current = document.kind === 'modulemd-packager' ? document : upgradeStream(document)
  return { document: { ...current, ...namesOf(options) }, problems }
}

type Buildable = Exclude<ModulemdDocument, { module: string }>

function readSingle(text: string, isStrict: boolean): { document?: Buildable; problems: Problem[] } {
  const list = new FaultList(isStrict)
  const documents = [...readDocuments(text, list)]
  const [first, second] = documents
  if (list.faults.length > 0) return { problems: problemsOf(text, list.faults) }
  const document = first === undefined || 'module' in first.document ? undefined : first.document
  if (document !== undefined && second === undefined) return { document, problems: [] }
  const complaint = second === undefined ? notBuildable(first) : MORE_THAN_ONE
  list.add({ ...complaint, path: '', at: (second ?? first)?.at ?? 0 })
  return { problems: problemsOf(text, list.faults) }
}

const MORE_THAN_ONE: Complaint = {
  code: 'unknown-kind',
  message: 'there is more than one document',
  remedy: 'keep the one to build',
}

function notBuildable(first: LocatedDocument | undefined): Complaint {
  return {
    code: 'unknown-kind',
    message: first === undefined ? 'there is no document' : `${first.document.kind} cannot be built`,
    remedy: 'write a document of the kind modulemd or modulemd-packager',
  }
}

function namesOf({ name, stream }: KnownNames): KnownNames {
  return { ...present('name', name), ...present('stream', stream) }
}
