import path from 'node:path'
import type { DistGit } from '../../distgit/index.ts'
import { excerpt, UserError } from '../../errors.ts'
import {
  inFreshFolder,
  machineFault,
  runConfined,
  type BuildUser,
  type RunResult,
} from '../../sandbox/index.ts'
import type { ComponentPlan, PackageDependencies } from '../generic-builder.ts'
import { firstError } from '../first-error.ts'
import { layOut, layoutOf } from './layout.ts'
import { giveTree } from './safe-files.ts'
import { makeSandboxFolders, topdir, type SandboxFolders } from './sandbox-folders.ts'
import { readHeader } from '../../package-header.ts'

/** A spec that takes longer to be read hangs. */
const timeoutMs = 2 * 60_000

/**
 * Returns the dependencies that a component's spec declares. rpm reads the spec with the macros of its build root,
 * without its archives. For a source package, its header lists the build requirements.
 *
 * @param layers of the build root, topmost first
 * @throws UserError (422) for a spec that is missing or cannot be read
 */
export async function surveySpec(
  parts: { user: BuildUser; distGit: DistGit; scratch: string },
  layers: readonly string[],
  { package: name, source }: Pick<ComponentPlan, 'package' | 'source'>,
): Promise<PackageDependencies> {
  if (source.kind === 'generated') return { buildRequires: [], requires: [], provides: [name] }
  if (source.kind === 'srpm') {
    const { requires } = await readHeader(source.file)
    return { buildRequires: requires.map((one) => one.name), requires: [], provides: [name] }
  }
  return inFreshFolder(path.join(parts.scratch, 'survey'), async (folder) => {
    const uid = parts.user.uid ?? null
    const work = await makeSandboxFolders(path.join(folder, 'work'), uid)
    const checkout = path.join(folder, 'checkout')
    await parts.distGit.checkOut(source.url, source.commit, checkout)
    const layout = await layoutOf(checkout, name)
    await layOut(checkout, layout, work.build)
    if (uid !== null) await giveTree(work.build, uid)
    return askRpm(parts.user, layers, work, { name, spec: `${topdir}/${layout.spec}` })
  })
}

async function askRpm(
  user: BuildUser,
  lower: readonly string[],
  { folder, build }: SandboxFolders,
  { name, spec }: { name: string; spec: string },
): Promise<PackageDependencies> {
  const ask = async (...query: string[]) => {
    const result = await runConfined(
      user,
      {
        root: { kind: 'layers', lower, folder },
        identity: 'builder',
        binds: [{ path: build, at: topdir, writable: false }],
        env: { HOME: path.dirname(topdir) },
      },
      ['rpmspec', '--define', `_topdir ${topdir}`, ...query, '--', spec],
      { timeoutMs },
    )
    const fault = result.code === 0 ? undefined : await machineFault(folder, result)
    if (fault !== undefined) throw fault
    if (result.code !== 0) throw new UserError(422, `${name}: its spec cannot be read: ${faultOf(result)}`)
    return result.stdout.split('\n').filter((line) => line !== '' && line !== '(none)')
  }
  const faultOf = ({ timedOut, exceeded, stderr }: RunResult) =>
    exceeded ?? (timedOut ? 'it takes more than two minutes' : (firstError(stderr) ?? excerpt(stderr)))
  const needed = '[%{REQUIRENAME}\\n]'
  return {
    buildRequires: await ask('--query', '--srpm', '--queryformat', needed),
    requires: await ask('--query', '--queryformat', needed),
    provides: await ask('--query', '--queryformat', '%{NAME}\\n[%{PROVIDENAME}\\n]'),
  }
}
