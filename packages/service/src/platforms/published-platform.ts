import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { ModulemdError, type ModuleStream } from '@mbs/modulemd'
import { writeFileAtomically } from '../files.ts'
import { modularContent, readPublishedModules } from '../published/index.ts'
import type { Repository } from '../sandbox/index.ts'

/** The modules that the repositories of a platform publish. */
export interface PlatformModules {
  streams: readonly ModuleStream[]
  /** `N:S:V:C` of all of them. */
  nsvcs: ReadonlySet<string>
  /** A file with their content, for views of the repositories. */
  content: string
}

/**
 * Reads the modules that the repositories of a platform publish now. The repositories' names get the digest of their
 * metadata, so that caches of an earlier state are not used for the new one.
 *
 * @throws UserError when there is no repository, InfraError when one cannot be read
 */
export async function readPlatformModules(
  repositories: readonly Repository[],
  arches: readonly string[],
  options: { cacheDir: string; progress: (sentence: string) => void },
): Promise<{ repositories: Repository[]; modules: PlatformModules }> {
  const read = await Promise.all(repositories.map(({ url }) => readPublishedModules(url)))
  for (const { url, problems } of read)
    if (problems.length > 0)
      options.progress(`${url} has modules that cannot be read: ${new ModulemdError(problems).message}`)
  const streams = read
    .flatMap((one) => one.streams)
    .filter(({ arch }) => arch === undefined || arches.includes(arch))
  const content = modularContent(streams)
  const text = JSON.stringify(Object.fromEntries(content))
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const file = path.join(options.cacheDir, 'platforms', `modules-${digest}.json`)
  if (!existsSync(file)) await writeFileAtomically(file, text)
  return {
    repositories: repositories.map((repository, index) => ({
      ...repository,
      name: `${repository.name}-${read[index]?.digest.slice(0, 16) ?? ''}`,
    })),
    modules: { streams, nsvcs: new Set(content.keys()), content: file },
  }
}
