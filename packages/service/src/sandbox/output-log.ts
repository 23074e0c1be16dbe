import { createWriteStream, statSync, type WriteStream } from 'node:fs'
import type { Readable } from 'node:stream'

/** A log to which a program's output is appended while it is written. A full disk costs the log, not the program. */
export class OutputLog {
  private readonly file: WriteStream
  private readonly onFull: () => void
  private readonly waiting = new Set<Readable>()
  private bytesLeft: number

  /**
   * @param bytesMax of the whole file; what is more is left out
   * @param onFull is told when that is reached
   */
  constructor(name: string, bytesMax: number | undefined, onFull: () => void) {
    const before = statSync(name, { throwIfNoEntry: false })?.size ?? 0
    this.bytesLeft = (bytesMax ?? Infinity) - before
    this.onFull = onFull
    this.file = createWriteStream(name, { flags: 'a' })
    const goOn = () => {
      for (const source of this.waiting) source.resume()
      this.waiting.clear()
    }
    this.file
      .on('error', () => undefined)
      .on('drain', goOn)
      .on('close', goOn)
  }

  /** @param source waits while the disk is slower than it */
  write(text: string, source: Readable | null): void {
    if (this.bytesLeft < 0 || this.file.destroyed) return
    this.bytesLeft -= Buffer.byteLength(text)
    if (this.bytesLeft < 0) this.onFull()
    else if (!this.file.write(text) && source !== null) {
      source.pause()
      this.waiting.add(source)
    }
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.file.closed) resolve()
      else this.file.once('close', resolve).end()
    })
  }
}
