import { decodeModulemd, readDrafts, type ModuleIndex, type ModuleStream, type Problem } from '@mbs/modulemd'
import { openRepository, readRecord } from './read-metadata.ts'

/** The modules that a repository publishes at one moment. */
export interface PublishedModules {
  /** Its address, without a slash at the end. */
  url: string
  /** The SHA-256 of its `repomd.xml`, in hexadecimal. A different digest means that the repository has changed. */
  digest: string
  /** Its streams. Documents of version 1 are converted to version 2. */
  streams: ModuleStream[]
  /** All its documents, defaults and obsoletes included. Empty if it has no modules. */
  index: ModuleIndex
  /** The faults of the other documents, which are omitted. */
  problems: Problem[]
}

/** The modules of whole distributions have some megabytes. */
const modulesBytesMax = 64 * 1024 * 1024

/**
 * Reads the modules of a repository, and verifies them against its `repomd.xml`. The caller must check the user's
 * permission, because this function reads any `file://` URL or path.
 *
 * @param place an `http(s)://` or `file://` URL, or a folder: the parent of `repodata`
 * @throws UserError 422 when there is no repository, or its metadata are invalid; InfraError when it cannot be read, or
 * is being changed
 */
export async function readPublishedModules(place: string): Promise<PublishedModules> {
  const repository = await openRepository(place)
  const record = repository.records.get('modules')
  const text =
    record === undefined ? '' : await readRecord(repository, record, modulesBytesMax, decodeModulemd)
  const { index, problems } = readDrafts(text)
  index.upgrade()
  return {
    url: repository.url,
    digest: repository.digest,
    streams: index.documents.filter((document) => document.kind === 'modulemd'),
    index,
    problems,
  }
}
