import { decodeModulemd, readDrafts, type ModuleIndex, type ModuleStream, type Problem } from '@mbs/modulemd'
import { openRepository, readRecord } from './read-metadata.ts'

/** The modules of a repository, as it publishes them at one moment. */
export interface PublishedModules {
  /** Its address, without a slash at the end. */
  url: string
  /** The SHA-256 of its `repomd.xml`, in hexadecimal: another one means that the repository has changed. */
  digest: string
  /** Its streams, those of version 1 as version 2. */
  streams: ModuleStream[]
  /** All of its documents: defaults and obsoletes too. Empty where it has no modules. */
  index: ModuleIndex
  /** What was wrong with other documents, which are left out. */
  problems: Problem[]
}

/** Those of whole distributions have some megabytes. */
const modulesBytesMax = 64 * 1024 * 1024

/**
 * Reads the modules of a repository, and verifies them against its `repomd.xml`. Who may read what is for the caller
 * to say: a `file://` URL or a path is read wherever it leads.
 *
 * @param place an `http(s)://` or `file://` URL, or a folder: that in which `repodata` is
 * @throws UserError 422 when there is no repository, or its metadata is none; InfraError when it cannot be had, or is
 *   just being changed
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
