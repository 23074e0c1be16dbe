import type { ModulemdDocument } from '@mbs/modulemd'
import type { DistGitReader } from '../distgit/index.ts'
import { besideStreams } from './beside-streams.ts'

/**
 * Reads defaults, obsoletes and translations of a platform from its branch of the defaults repository. Returns nothing
 * if there is no such branch.
 *
 * @param repository empty: there is none
 * @param isWanted chooses modules by name
 * @throws UserError (422) for an invalid file, and for defaults that contradict each other
 */
export async function readBesideStreams(
  distGit: DistGitReader,
  repository: string,
  platform: string,
  isWanted: (module: string) => boolean,
): Promise<ModulemdDocument[]> {
  const commit = repository === '' ? undefined : await distGit.resolveRef(repository, platform)
  if (commit === undefined) return []
  const files = (await distGit.listFiles(repository, commit)).filter((file) => file.endsWith('.yaml'))
  const texts = []
  for (const file of files)
    texts.push({ file, text: (await distGit.readFile(repository, commit, file)) ?? '' })
  return besideStreams(texts, isWanted)
}
