import { openFilesMax } from './nameless-files.ts'

/** How much of the machine a confined program may use, with all that it starts. */
export interface Limits {
  memoryBytesMax: number
  /** Processes and threads at a time. */
  processesMax: number
  /** On the disk, in the folders that it may write to; no file may be larger either. */
  diskBytesMax: number
  /** Files and folders in there. */
  filesMax: number
  /** Of a log with its output. */
  logBytesMax: number
  /** For the installation of packages, their scriptlets included. */
  installMinutesMax: number
}

const bytesPerMegabyte = 1024 * 1024

/** The limits as configuration has them. */
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

/** What to say of a program that went over a limit: the second half of a sentence. */
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
