import { chown, mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { PlatformConfig } from '../config/index.ts'
import { readIfPresent, writeFileAtomically } from '../files.ts'
import { withFileLock } from '../flock.ts'
import { runConfined, type BuildUser, type Repository } from '../sandbox/index.ts'
import { readPlatformModules, type PlatformModules } from './published-platform.ts'
import { generateHostPlatform, hostPlatformDigest } from './host/generate.ts'

/** A platform in use: repositories, groups, arches, and its marking in dist tags. */
export interface Platform {
  stream: string
  repositories: Repository[]
  buildGroup: string[]
  srpmBuildGroup: string[]
  arches: string[]
  disttagMarking: string
  /** Other names for the stream. */
  virtualStreams: string[]
  /** Its build roots also enable the default streams of modules. */
  useDefaultModules: boolean
  /** The published modules of its repositories, if modules may be built against them. */
  modules?: PlatformModules
}

/** A platform's package is used only if no nearer repository has it (mock's and MBS's order of repositories). */
const platformPriority = 90

/**
 * Opens the platforms of the configuration. Generates the host's platform if it does not exist yet or the host's
 * packages have changed.
 */
export async function openPlatforms(
  configured: Readonly<Record<string, PlatformConfig>>,
  options: { cacheDir: string; user: BuildUser; progress: (sentence: string) => void },
): Promise<ReadonlyMap<string, Platform>> {
  const platforms = new Map<string, Platform>()
  for (const [stream, config] of Object.entries(configured))
    platforms.set(
      stream,
      config.generated === true
        ? await hostPlatform(stream, config, options)
        : await withModules(fromConfig(stream, config), config, options),
    )
  return platforms
}

async function withModules(
  platform: Platform,
  { publishedModules }: PlatformConfig,
  options: { cacheDir: string; progress: (sentence: string) => void },
): Promise<Platform> {
  if (publishedModules !== true) return platform
  return { ...platform, ...(await readPlatformModules(platform.repositories, platform.arches, options)) }
}

function fromConfig(stream: string, config: PlatformConfig): Platform {
  return {
    stream,
    repositories: (config.repositories ?? []).map(({ name, url }) => ({
      name,
      url,
      priority: platformPriority,
    })),
    buildGroup: config.buildGroup ?? [],
    srpmBuildGroup: config.srpmBuildGroup ?? [],
    arches: config.arches ?? [],
    disttagMarking: config.disttagMarking ?? stream,
    virtualStreams: config.virtualStreams ?? [],
    useDefaultModules: config.useDefaultModules ?? false,
  }
}

async function hostPlatform(
  stream: string,
  config: PlatformConfig,
  { cacheDir, user, progress }: { cacheDir: string; user: BuildUser; progress: (sentence: string) => void },
): Promise<Platform> {
  const digest = (await hostPlatformDigest()).slice(0, 16)
  const folder = path.join(cacheDir, 'platforms')
  const dir = path.join(folder, `host-${digest}`, 'repository')
  const description = path.join(folder, `host-${digest}`, 'platform.json')
  const generated = await withFileLock(path.join(folder, `host-${digest}.lock`), async () => {
    const known = await readIfPresent(description)
    if (known !== undefined) return JSON.parse(known) as Generated
    progress("generating the platform repository from this host's packages (once; some 30 s)")
    await mkdir(path.dirname(dir), { recursive: true })
    await rm(dir, { recursive: true, force: true })
    // The generator's programs run as the build user, who writes here.
    if (user.uid !== undefined) await chown(path.dirname(dir), user.uid, user.uid)
    const { buildGroup, srpmBuildGroup, arch, packages } = await generateHostPlatform({
      dir,
      progress,
      run: async (argv, run) =>
        runConfined(
          user,
          {
            root: { kind: 'host' },
            identity: 'root',
            // Packages of the host have folders below /var too.
            binds: [
              { path: '/var', writable: false },
              ...run.writable.map((name) => ({ path: name, writable: true })),
            ],
            ...(run.cwd === undefined ? {} : { cwd: run.cwd }),
            env: { TMPDIR: '/tmp', ...run.env },
          },
          argv,
          {
            ...(run.stdin === undefined ? {} : { stdin: run.stdin }),
            ...(run.log === undefined ? {} : { log: run.log }),
          },
        ),
    })
    progress(`the platform repository has ${packages} packages`)
    const made: Generated = { buildGroup, srpmBuildGroup, arch }
    await writeFileAtomically(description, JSON.stringify(made))
    return made
  })
  return {
    stream,
    repositories: [
      { name: `platform-${stream}-${digest}`, url: `file://${dir}`, priority: platformPriority },
    ],
    buildGroup: config.buildGroup ?? generated.buildGroup,
    srpmBuildGroup: config.srpmBuildGroup ?? generated.srpmBuildGroup,
    arches: config.arches ?? [generated.arch],
    disttagMarking: config.disttagMarking ?? stream,
    virtualStreams: config.virtualStreams ?? [],
    useDefaultModules: config.useDefaultModules ?? false,
  }
}

interface Generated {
  buildGroup: string[]
  srpmBuildGroup: string[]
  arch: string
}
