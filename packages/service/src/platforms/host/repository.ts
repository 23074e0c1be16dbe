import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { baseRpms } from './base.ts'
import type { BaseChoice } from './base.ts'
import { excludePattern, parseRelations, relationsFormat, unsatisfied } from './checks.ts'
import type { HostFile } from './files.ts'
import { rpmName, rpmNameOfFile } from './names.ts'
import { perlFiles, withPerl } from './perl.ts'
import { planRpms, shared } from './plan.ts'
import type { Naming } from './plan.ts'
import { fileList, generatedSpec, hostSpec } from './spec.ts'
import type { GeneratedRpm } from './spec.ts'
import type { Survey } from './survey.ts'
import type { PlannedRpm, RunConfined } from './types.ts'
import { rename } from '../../files.ts'

const debianNaming: Naming = { rpmName, rpmNameOfFile }
const rpmNaming: Naming = { rpmName: (name) => name, rpmNameOfFile: (name) => name }

/**
 * The host as rpmbuild's build root. rpmbuild refuses "/" itself. In the sandbox the whole host is read-only, so
 * rpmbuild cannot change a file of the host through its build root.
 */
const hostRootView = '/proc/self/root'

/** One run of the generator: its folder, and a function that runs programs in it as the build user. */
interface Workshop {
  folder: string
  run: (argv: string[], options?: { stdin?: string; epoch?: number }) => Promise<string>
}

/** rpm's names of Node's architectures. */
const archNames: Record<string, string> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  s390x: 's390x',
  ppc64: 'ppc64le',
  riscv64: 'riscv64',
}

/** Returns the architecture of this host, by rpm's name. */
export function hostArch(): string {
  return archNames[process.arch] ?? process.arch
}

function workshop(folder: string, run: RunConfined): Workshop {
  return {
    folder,
    async run(argv, { stdin, epoch } = {}) {
      const answer = await run(argv, {
        cwd: folder,
        writable: [folder],
        env: {
          HOME: join(folder, 'home'),
          PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
          LC_ALL: 'C.UTF-8',
          ...(epoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(epoch) }),
        },
        ...(stdin === undefined ? {} : { stdin }),
      })
      if (answer.code === 0) return answer.stdout
      const said = `${answer.stdout}\n${answer.stderr}`.trim().split('\n').slice(-15).join('\n')
      throw new Error(
        `the platform repository could not be generated: ${argv.slice(0, 3).join(' ')} ended with ${answer.code} in ${folder}:\n${said}`,
      )
    },
  }
}

/**
 * Finds the host user that confined programs run as, and gives the folder to that user. Meanwhile the folder is open to
 * every user, for as long as one `touch` takes.
 */
async function giveToBuildUser({ folder, run }: Workshop): Promise<void> {
  const probe = join(folder, 'probe')
  await chmod(folder, 0o777)
  await run(['touch', probe])
  const { uid, gid } = await lstat(probe)
  if (uid !== process.getuid?.()) await chown(folder, uid, gid)
  await chmod(folder, 0o755)
  await rm(probe)
  await run([
    'sh',
    '-c',
    'if [ -w /usr ]; then echo "the sandbox may write to the /usr of the host" >&2; exit 1; fi',
  ])
}

/** Returns the paths among these that the build user cannot read. */
async function unreadable({ run }: Workshop, files: Iterable<HostFile>): Promise<Set<string>> {
  const paths = [...files].filter((file) => !file.dir).map((file) => file.path)
  const script = 'while IFS= read -r f; do [ -h "$f" ] || [ -r "$f" ] || printf "%s\\n" "$f"; done'
  const answer = await run(['sh', '-c', script], { stdin: paths.map((path) => `${path}\n`).join('') })
  return new Set(answer.split('\n').filter((path) => path !== ''))
}

async function hostRelease(): Promise<{ hostName: string; hostVersion: string }> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1]
  const version = value('VERSION_ID')?.replace(/[^A-Za-z0-9._]/g, '.') ?? ''
  return { hostName: value('PRETTY_NAME') ?? 'this host', hostVersion: version === '' ? '0' : version }
}

/** Returns the library folder named after the host's architecture, if its C library is in one. */
function multiarchFolder(rpms: PlannedRpm[]): string | undefined {
  const libc = rpms
    .find((rpm) => rpm.name === 'glibc')
    ?.files.find((file) => file.path.endsWith('/libc.so.6'))
  const folder = libc === undefined ? undefined : dirname(libc.path)
  return folder === undefined || /^\/usr\/lib(?:64)?$/.test(folder) ? undefined : folder
}

function macros(folder: string, multiarch: string | undefined, exclude: string[]): string {
  const places = ['/usr/lib', '/usr/lib64', '/usr/share', ...(multiarch === undefined ? [] : [multiarch])]
  return [
    `%_topdir ${folder}`,
    `%_builddir ${folder}/build`,
    `%_sourcedir ${folder}`,
    `%_specdir ${folder}`,
    `%_rpmdir ${folder}/repo`,
    `%_tmppath ${folder}/tmp`,
    `%_dbpath ${folder}/rpmdb`,
    '%_rpmfilename Packages/%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
    '%_buildhost localhost',
    '%use_source_date_epoch_as_buildtime 1',
    '%clamp_mtime_to_source_date_epoch 1',
    '%_binary_payload w1.zstdio',
    '%_build_id_links none',
    '%_invalid_encoding_terminates_build 0',
    // The build root is the whole host: no step may walk it or change files in it.
    '%__check_files %{nil}',
    '%__spec_install_post %{nil}',
    '%debug_package %{nil}',
    `%__pkgconfig_path ^(${places.join('|')})/pkgconfig/.*[.]pc$`,
    // perl.ts runs these generators over all files of an RPM at once instead, because one start of perl per module
    // takes longer than all other steps together.
    ...['perl_provides', 'perl_requires', 'perllib_provides', 'perllib_requires'].map(
      (name) => `%__${name} %{nil}`,
    ),
    // An interpreter under /usr/local belongs to no package.
    `%__requires_exclude ^/usr/local/${exclude.length === 0 ? '' : `|${excludePattern(exclude)}`}`,
    '',
  ].join('\n')
}

/** Writes the files of the generated RPMs into a folder that serves as their build root. */
async function writeTree(root: string, rpms: GeneratedRpm[]): Promise<void> {
  for (const { path, target, text, mode } of rpms.flatMap((rpm) => rpm.entries)) {
    const place = join(root, path)
    await mkdir(dirname(place), { recursive: true })
    if (target !== undefined) await symlink(target, place)
    else if (text !== undefined) await writeFile(place, text, { mode })
    else await mkdir(place, { recursive: true })
  }
}

/** Returns names that the written RPMs require and none of them provides. */
async function openRequires(shop: Workshop): Promise<string[]> {
  const text = await shop.run([
    'sh',
    '-c',
    `exec rpm -qp --qf "$1" repo/Packages/*.rpm`,
    'sh',
    relationsFormat,
  ])
  return unsatisfied(parseRelations(text)).map(({ name }) => name)
}

const rpmbuild = (spec: string, root: string) => [
  'rpmbuild',
  '-bb',
  '--quiet',
  '--nodeps',
  '--noclean',
  '--buildroot',
  root,
  spec,
]

async function build(shop: Workshop, plan: Plan, progress: (line: string) => void): Promise<void> {
  const { folder } = shop
  const pack = async (exclude: string[]) => {
    await writeFile(join(folder, 'home/.rpmmacros'), macros(folder, plan.multiarch, exclude))
    const specs = plan.shares.map((_, at) => join(folder, `host${at}.spec`))
    await Promise.all(specs.map((spec) => shop.run(rpmbuild(spec, hostRootView), { epoch: plan.epoch })))
  }
  await pack([])
  await shop.run(rpmbuild(join(folder, 'base.spec'), join(folder, 'base')), { epoch: plan.epoch })
  const open = await openRequires(shop)
  if (open.length === 0) return
  // A script may name a module that its package uses only if present. rpm requires the module all the same.
  progress(
    `Packing again without ${open.length} requirements that the host does not meet: ${open.join(', ')}.`,
  )
  await pack(open)
  const left = await openRequires(shop)
  if (left.length > 0)
    throw new Error(
      `the generated platform repository in ${folder} lacks ${left.join(', ')}; add their host packages to seeds.ts`,
    )
}

const perlGenerators = '/usr/lib/rpm/perl.prov'

/** Runs rpm's perl generators over the perl files of each RPM. */
async function perlRelations(shop: Workshop, rpms: PlannedRpm[]) {
  const found = new Map<string, { provides: string; requires: string }>()
  // Some distributions package the generators separately from rpm. Without them only the dependencies of the host's
  // packages remain.
  if ((await lstat(perlGenerators).catch(() => undefined)) === undefined) return found
  for (const rpm of rpms) {
    const { modules, scripts } = await perlFiles(rpm)
    if (modules.length + scripts.length === 0) continue
    const ask = (tool: string, paths: string[]) =>
      shop.run([tool], { stdin: paths.map((path) => `${path}\n`).join('') })
    const [provides, requires] = await Promise.all([
      ask(perlGenerators, modules),
      ask('/usr/lib/rpm/perl.req', [...modules, ...scripts]),
    ])
    found.set(rpm.name, { provides, requires })
  }
  return found
}

interface Plan {
  rpms: PlannedRpm[]
  shares: PlannedRpm[][]
  base: GeneratedRpm[]
  multiarch: string | undefined
  /** Newest modification time among the packages' own files: a date that depends on the packages alone. */
  epoch: number
  skipped: number
}

async function planPlatform(shop: Workshop, survey: Survey, progress: (line: string) => void): Promise<Plan> {
  const all = [...survey.files.values()].flat()
  const hidden = await unreadable(shop, all)
  const files = new Map(
    [...survey.files].map(([name, list]) => [name, list.filter((file) => !hidden.has(file.path))]),
  )
  const shell = survey.kind === 'dpkg'
  const generated = ['filesystem', 'redhat-rpm-config', 'system-release', ...(shell ? ['bash-sh'] : [])]
  const naming = survey.kind === 'dpkg' ? debianNaming : rpmNaming
  const plain = planRpms(survey.packages, files, naming, new Set(generated))
  const { rpms, dropped } = withPerl(plain, await perlRelations(shop, plain))
  if (dropped.length > 0) progress(`Left out, as the host does not have them: ${dropped.join(', ')}.`)
  const taken = new Set(rpms.map((rpm) => rpm.name))
  const multiarch = multiarchFolder(rpms)
  const choice: BaseChoice = {
    ...(await hostRelease()),
    arch: hostArch(),
    shell,
    dwz: taken.has('dwz'),
    euStrip: taken.has('elfutils'),
    ...(multiarch === undefined ? {} : { multiarch }),
  }
  const times = all.filter((file) => !file.dir && file.path.startsWith('/usr/')).map((file) => file.mtime)
  return {
    rpms,
    shares: shared(rpms, Math.min(4, availableParallelism())),
    base: baseRpms(choice).filter((rpm) => !taken.has(rpm.name)),
    multiarch,
    epoch: times.reduce((newest, time) => Math.max(newest, time), 0),
    skipped: hidden.size,
  }
}

/** Gives the packages one date, so that equal packages have equal metadata. Returns their names. */
async function dated(packages: string, epoch: number): Promise<string[]> {
  const names = (await readdir(packages)).sort()
  for (const name of names) await utimes(join(packages, name), epoch, epoch)
  return names
}

/** Takes the finished repository from the build user, so that no later build can change it. */
async function seal(folder: string): Promise<void> {
  for (const entry of [
    folder,
    ...(await readdir(folder, { recursive: true })).map((name) => join(folder, name)),
  ]) {
    const info = await lstat(entry)
    if (!info.isFile() && !info.isDirectory())
      throw new Error(`${entry} is neither a file nor a folder; generate the platform again`)
    await chown(entry, process.getuid?.() ?? 0, process.getgid?.() ?? 0)
    await chmod(entry, info.isDirectory() ? 0o755 : 0o644)
  }
}

/** Writes the repository into a folder beside `dir` and moves it there. Returns the names of its RPMs. */
export async function writePlatform(
  survey: Survey,
  dir: string,
  run: RunConfined,
  progress: (line: string) => void,
): Promise<string[]> {
  await mkdir(dirname(dir), { recursive: true })
  const folder = await mkdtemp(join(dirname(dir), `.${basename(dir)}-`))
  try {
    const shop = workshop(folder, run)
    await giveToBuildUser(shop)
    // Makes all folders that rpmbuild would make: two concurrent rpmbuilds would conflict.
    await shop.run(['mkdir', '-p', 'build', 'tmp', 'rpmdb', 'repo/Packages', 'BUILDROOT', 'SRPMS'])
    for (const name of ['home', 'lists']) await mkdir(join(folder, name))
    const plan = await planPlatform(shop, survey, progress)
    for (const rpm of plan.rpms) await writeFile(join(folder, 'lists', rpm.name), fileList(rpm.files))
    for (const [at, share] of plan.shares.entries())
      await writeFile(join(folder, `host${at}.spec`), hostSpec(share, join(folder, 'lists')))
    await writeFile(join(folder, 'base.spec'), generatedSpec(plan.base))
    await writeTree(join(folder, 'base'), plan.base)
    progress(
      `Packing ${survey.packages.length} packages of the host as ${plan.rpms.length + plan.base.length} RPMs ` +
        `(${survey.absent} listed files are not there, ${plan.skipped} are not readable).`,
    )
    await build(shop, plan, progress)
    const names = await dated(join(folder, 'repo/Packages'), plan.epoch)
    progress('Writing the repository metadata.')
    const revision = ['--revision', String(plan.epoch), '--set-timestamp-to-revision']
    await shop.run(['createrepo_c', '--quiet', '--no-database', ...revision, 'repo'])
    await seal(join(folder, 'repo'))
    await rename(join(folder, 'repo'), dir)
    return names
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
