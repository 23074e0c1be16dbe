import { readdir, readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isMissing, readIfPresent } from '../files.ts'
import { readRepoFile, type DnfRepository, type DnfVariables } from './dnf-repositories.ts'

/** The facts about this machine that dnf uses. */
export interface DnfHost {
  /**
   * The stream of `PLATFORM_ID` (`platform:el9`), which identifies the platform. Only systems with modules have one.
   */
  platform: string | undefined
  variables: DnfVariables
}

/**
 * Reads what dnf knows about this machine.
 *
 * @param root the folder that contains `etc`
 * @param arch as rpm calls it
 */
export async function readDnfHost(root = '/', arch = os.machine()): Promise<DnfHost> {
  const release = osRelease((await readIfPresent(path.join(root, 'etc/os-release'))) ?? '')
  const platform = /^platform:(.+)$/.exec(release.get('PLATFORM_ID') ?? '')?.[1]
  const variables = new Map([
    ['arch', arch],
    ['basearch', arch],
  ])
  // On systems without modules the version is not one that repositories of packages use. dnf knows only major versions.
  if (platform !== undefined)
    variables.set('releasever', (release.get('VERSION_ID') ?? '').replace(/\..*$/, ''))
  for (const folder of ['etc/yum/vars', 'etc/dnf/vars'])
    for (const name of await filesIn(path.join(root, folder))) {
      const text = await readFile(path.join(root, folder, name), 'utf8')
      variables.set(name, text.split('\n')[0]?.trim() ?? '')
    }
  return { platform, variables }
}

/** Reads the enabled repositories of this machine. */
export async function hostRepositories(variables: DnfVariables, root = '/'): Promise<DnfRepository[]> {
  const folder = path.join(root, 'etc/yum.repos.d')
  const files = (await filesIn(folder)).filter((name) => name.endsWith('.repo'))
  const found = files.map(async (name) => {
    const file = path.join(folder, name)
    return readRepoFile(await readFile(file, 'utf8'), file, variables)
  })
  return (await Promise.all(found)).flat()
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  return names.sort()
}

function osRelease(text: string): Map<string, string> {
  const lines = text.matchAll(/^([A-Z_]+)=(?:"([^"]*)"|'([^']*)'|(.*))$/gm)
  return new Map(
    [...lines].map(([, key = '', double, single, bare]) => [key, double ?? single ?? bare ?? '']),
  )
}
