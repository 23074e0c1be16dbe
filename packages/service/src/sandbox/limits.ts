import { openFilesMax } from './nameless-files.ts'

/** Limits for the resources of a confined program and all its child processes. */
export interface Limits {
  memoryBytesMax: number
  /** Processes and threads at a time. */
  processesMax: number
  /** Disk space in the folders that it may write to. A single file may not be larger either. */
  diskBytesMax: number
  /** Number of files and folders in those folders. */
  filesMax: number
  /** Size of a log with its output. */
  logBytesMax: number
  /** Time for the installation of packages, with their scriptlets. */
  installMinutesMax: number
}

const bytesPerMegabyte = 1024 * 1024

/** Converts the limits of the configuration. */
export function limitsOf(settings: {
  memoryMegabytesMax: number
  processesMax: number
  diskMegabytesMax: number
  filesMax: number
  logMegabytesMax: number
  installMinutesMax: number
}): Limits {
  const { processesMax, filesMax, installMinutesMax } = settings
  return {
    memoryBytesMax: settings.memoryMegabytesMax * bytesPerMegabyte,
    processesMax,
    diskBytesMax: settings.diskMegabytesMax * bytesPerMegabyte,
    filesMax,
    logBytesMax: settings.logMegabytesMax * bytesPerMegabyte,
    installMinutesMax,
  }
}

const megabytes = (bytes: number) => `${Math.round(bytes / bytesPerMegabyte)} MB`

/** Messages about a program that exceeded a limit: the second half of a sentence. */
export const exceeded = {
  memory: ({ memoryBytesMax }: Limits) =>
    `used more than ${megabytes(memoryBytesMax)} of memory (builder.memoryMegabytesMax)`,
  processes: ({ processesMax }: Limits) =>
    `ran more than ${processesMax} processes at a time (builder.processesMax)`,
  disk: ({ diskBytesMax }: Limits) =>
    `used more than ${megabytes(diskBytesMax)} of the disk (builder.diskMegabytesMax)`,
  files: ({ filesMax }: Limits) => `made more than ${filesMax} files (builder.filesMax)`,
  openFiles: () => `held more than ${openFilesMax} files open at a time`,
  packages: ({ diskBytesMax }: Limits) =>
    `made packages of more than ${megabytes(diskBytesMax)} together (builder.diskMegabytesMax)`,
  log: ({ logBytesMax }: Limits) => `printed more than ${megabytes(logBytesMax)} (builder.logMegabytesMax)`,
}
