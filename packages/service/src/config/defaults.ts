import path from 'node:path'
import type { Config } from './schema.ts'

/** The properties of the machine that determine defaults. */
export interface Machine {
  isRoot: boolean
  home: string
  environment: Readonly<Record<string, string | undefined>>
  cores: number
}

/**
 * Returns the configuration of an empty file. For root the folders are the system's, because the unprivileged users of
 * PostgreSQL and of the builds must reach them; otherwise the user's own (XDG base directories).
 */
export function defaultConfig(machine: Machine): Config {
  const { home, environment } = machine
  const state = environment['XDG_STATE_HOME'] ?? path.join(home, '.local', 'state')
  const cache = environment['XDG_CACHE_HOME'] ?? path.join(home, '.cache')
  return {
    dataDir: machine.isRoot ? '/var/lib/mbs' : path.join(state, 'mbs'),
    cacheDir: machine.isRoot ? '/var/cache/mbs' : path.join(cache, 'mbs'),
    database: { preparedStatements: true },
    roles: ['api', 'scheduler'],
    bus: { exchange: 'amq.topic', topicPrefix: '' },
    auth: {
      tokens: {},
      groups: {},
      admins: [],
      adminGroups: [],
      allowedUsers: [],
      allowedGroups: [],
      importGroups: [],
    },
    http: { host: '127.0.0.1', port: 8600, names: [], proxies: [], headSeconds: 15, bodySeconds: 30 },
    scm: {
      allowed: ['https://src.fedoraproject.org/modules/'],
      rpms: 'https://src.fedoraproject.org/rpms/',
      modules: 'https://src.fedoraproject.org/modules/',
      customRepositories: false,
      customCaches: false,
      nameOverride: false,
      streamOverride: false,
      lookaside: 'https://src.fedoraproject.org/repo/pkgs/',
      moduleDefaults: '',
      timeoutSeconds: 60,
    },
    retries: { attemptsMax: 10, pauseSecondsMax: 300 },
    submission: {
      budgetSeconds: 20,
      componentsMax: 1000,
      yamlAllowed: false,
      scratchAllowed: true,
      scratchOnlyBranches: [],
      baseStreamFromBranch: [],
      rebuildStrategy: 'changed-and-after',
      rebuildStrategiesAllowed: ['all', 'changed-and-after', 'only-changed'],
    },
    cleanUp: { failedDays: 180 },
    expansion: {
      onlyCompatibleBaseModules: true,
      streamSuffixes: {},
      defaultStreams: {},
      privilegedModules: [],
    },
    hub: { develModules: true },
    platforms: { host: { generated: true } },
    builder: {
      name: 'local',
      concurrentBuildsMax: machine.cores,
      diskFreeMegabytesMin: 1024,
      componentMinutesMax: 360,
      distTagRequired: true,
      installMinutesMax: 30,
      // Compilers and linkers run in parallel, one for each core; a large one needs some gigabytes.
      memoryMegabytesMax: 8192 + 4096 * machine.cores,
      processesMax: 16_384,
      diskMegabytesMax: 102_400,
      // The largest sources have some hundred thousand files, which are unpacked, built and installed.
      filesMax: 4_000_000,
      logMegabytesMax: 512,
      user: 64_000,
    },
    signing: { mode: 'gpg', command: [], minutesMax: 10 },
    artifacts: { graceHours: 24, diskFreeMegabytesMin: 256 },
    log: { level: 'info' },
  }
}
