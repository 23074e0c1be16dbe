/** How much of the machine a confined program may use, with all that it starts. */
export interface Limits {
  memoryBytesMax: number
  /** Processes and threads at a time. */
  processesMax: number
  /** On the disk, in the folders that it may write to. */
  diskBytesMax: number
  /** Of output that goes to a log. */
  logBytesMax: number
}
