import { chmod, chown, mkdir, mkdtemp } from 'node:fs/promises'
import path from 'node:path'
import { readRpmHeader } from '@mbs/rpm'
import type { DistGit } from '../../distgit/index.ts'
import { UserError } from '../../errors.ts'
import { removeTree, runConfined, type BuildUser } from '../../sandbox/index.ts'
import type { ComponentPlan, PackageDependencies } from '../generic-builder.ts'
import { firstError } from '../first-error.ts'
import { layOut, layoutOf } from './layout.ts'
import { giveTree } from './safe-files.ts'

/** rpm's top folder in the sandbox. */
const topdir = '/builddir/build'

/** A spec that takes longer to be read hangs. */
const timeoutMs = 2 * 60_000

/**
 * What a component's spec says of its packages, read by rpm with the macros of its build root. Its archives are not
 * fetched. Of a source package the header tells what it needs to be built.
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
    const { requires } = await readRpmHeader(source.file)
    return { buildRequires: requires.map((one) => one.name), requires: [], provides: [name] }
  }
  const folder = await mkdtemp(path.join(parts.scratch, 'survey-'))
  try {
    const checkout = path.join(folder, 'checkout')
    await parts.distGit.checkOut(source.url, source.commit, checkout)
    const layout = await layoutOf(checkout, name)
    const build = path.join(folder, 'build')
    await mkdir(build)
    await layOut(checkout, layout, build)
    return await askRpm(parts.user, layers, { folder, build, name, spec: `${topdir}/${layout.spec}` })
  } finally {
    await removeTree(folder)
  }
}

async function askRpm(
  user: BuildUser,
  lower: readonly string[],
  { folder, build, name, spec }: { folder: string; build: string; name: string; spec: string },
): Promise<PackageDependencies> {
  const root = { upper: 'upper', work: 'overlay', mountPoint: 'root' } as const
  const place = (one: keyof typeof root) => path.join(folder, root[one])
  // The sandbox's root is read-only, so the folder to build in is made beforehand.
  await mkdir(path.join(place('upper'), topdir), { recursive: true })
  await mkdir(place('work'))
  await mkdir(place('mountPoint'))
  await chmod(folder, 0o755)
  if (user.uid !== undefined) {
    await chown(folder, user.uid, user.uid)
    for (const one of [place('upper'), place('work'), place('mountPoint'), build])
      await giveTree(one, user.uid)
  }
  const ask = async (...query: string[]) => {
    const result = await runConfined(
      user,
      {
        root: {
          kind: 'layers',
          lower,
          upper: place('upper'),
          work: place('work'),
          mountPoint: place('mountPoint'),
        },
        identity: 'builder',
        binds: [{ path: build, at: topdir, writable: false }],
        env: { HOME: '/builddir' },
      },
      ['rpmspec', '--define', `_topdir ${topdir}`, ...query, '--', spec],
      { timeoutMs },
    )
    if (result.code !== 0)
      throw new UserError(
        422,
        `${name}: its spec cannot be read: ${firstError(result.stderr) ?? result.stderr.trim()}`,
      )
    return result.stdout.split('\n').filter((line) => line !== '' && line !== '(none)')
  }
  const needed = '[%{REQUIRENAME}\\n]'
  return {
    buildRequires: await ask('--query', '--srpm', '--queryformat', needed),
    requires: await ask('--query', '--queryformat', needed),
    provides: await ask('--query', '--queryformat', '%{NAME}\\n[%{PROVIDENAME}\\n]'),
  }
}
