import { chown, link, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { writeModulemd } from '@mbs/modulemd'
import { formatNevra, formatNvra, type RpmHeader } from '@mbs/rpm'
import { Pool } from '../../pool.ts'
import { runsOn } from '../../published/index.ts'
import { makeRepodata, dnfInRoot, faultOfInstallation, removeTree } from '../../sandbox/index.ts'
import type {
  CheckOutcome,
  ModuleUnderTest,
  ModuleWithPackages,
  TestedPackage,
} from '../module-under-test.ts'
import { rename } from '../../files.ts'
import { UserError } from '../../errors.ts'

/** Maximum number of roots at the same time: a document may have hundreds of profiles. */
const rootsMax = 4

/**
 * Checks that dnf can install each profile into an empty root, from the module in its published form and the platform.
 */
export async function checkProfiles(module: ModuleUnderTest): Promise<CheckOutcome> {
  const { document, platform, user, scratch } = module
  const profiles = [...document.profiles].filter(([, { rpms }]) => rpms.length > 0).map(([name]) => name)
  if (profiles.length === 0) return { faults: [], looked: 'no profiles' }
  const { repository, client } = await module.withPackages(async ({ packages, dependencies }) => {
    const required = await dependencies()
    return {
      repository: await publish(module, packages, required),
      client: clientStream(module, required),
    }
  })
  const pool = new Pool(rootsMax)
  const installs = profiles.map((profile) =>
    pool.run(async () => {
      const root = path.join(scratch, `root-${profiles.indexOf(profile)}`)
      await mkdir(root)
      if (user.uid !== undefined) await chown(root, user.uid, user.uid)
      const result = await dnfInRoot(user, root, {
        repositories: [
          { name: 'module-under-test', url: `file://${repository}`, priority: 50 },
          ...platform.repositories,
        ],
        command: ['module', 'install', `${document.name ?? ''}:${document.stream ?? ''}/${profile}`],
        platformId: `platform:${client}`,
        moduleHotfixes: false,
      })
      await removeTree(root)
      return result.code === 0
        ? []
        : [`profile ${profile} does not install: ${faultOfInstallation(result, user)}`]
    }),
  )
  // All end before the first error is reported: the caller then removes the folder that they work in.
  await Promise.allSettled(installs)
  const outcomes = await Promise.all(installs)
  return { faults: outcomes.flat(), looked: `the profiles ${profiles.join(', ')} in empty roots` }
}

/**
 * Returns the clients' name of the platform: one of its names on which all modules to be installed can run. EL 8.4
 * builds on `el8.4.0`, and its machines call themselves `platform:el8`.
 */
function clientStream(
  { document, platform }: ModuleUnderTest,
  dependencies: readonly ModuleWithPackages[],
): string {
  const modules = [document, ...dependencies.map((module) => module.document)]
  const names = [platform.stream, ...platform.virtualStreams]
  const asOne = (stream: string) => ({
    name: 'platform',
    stream,
    version: '',
    context: '',
    virtualStreams: [],
  })
  return names.find((name) => modules.every((module) => runsOn(module, asOne(name)))) ?? platform.stream
}

/** Whether two files are one package, signed or not. */
function areSame(a: RpmHeader, b: RpmHeader): boolean {
  return a.signatureMd5 !== undefined && b.signatureMd5 !== undefined
    ? a.signatureMd5 === b.signatureMd5
    : a.headerSha256 === b.headerSha256
}

/** Makes a repository of the module and of the modules that it requires. */
export async function publish(
  { document, user, scratch }: Pick<ModuleUnderTest, 'document' | 'user' | 'scratch'>,
  packages: readonly TestedPackage[],
  dependencies: readonly ModuleWithPackages[],
): Promise<string> {
  const repository = path.join(scratch, 'repository')
  const metadata = path.join(scratch, 'metadata')
  for (const folder of [repository, metadata]) await mkdir(folder)
  if (user.uid !== undefined) await chown(metadata, user.uid, user.uid)
  const modules = [{ document, packages }, ...dependencies]
  const linked = new Map<string, RpmHeader>()
  for (const module of modules) {
    const listed = new Set(module.document.artifacts)
    for (const { path: file, header } of module.packages)
      if (!header.isSource && listed.has(formatNevra(header.nevra))) {
        const name = formatNevra(header.nevra)
        const before = linked.get(name)
        linked.set(name, header)
        // Two packages may differ in their epochs alone.
        const fileName = `${header.nevra.epoch}-${formatNvra(header.nevra)}.rpm`
        if (before === undefined) await link(file, path.join(repository, fileName))
        // Modules that were imported may share a package.
        else if (!areSame(before, header))
          throw new UserError(422, `two modules have a package ${name} each, with different contents`)
      }
  }
  await makeRepodata(user, {
    packages: repository,
    output: metadata,
    modules: writeModulemd(modules.map((module) => module.document)),
  })
  await rename(path.join(metadata, 'repodata'), path.join(repository, 'repodata'))
  return repository
}
