import { createWriteStream, statSync, type WriteStream } from 'node:fs'
import type { Readable } from 'node:stream'

/** A log that receives a program's output at once. On a full disk the log stops and the program continues. */
export class OutputLog {
  private readonly file: WriteStream
  private readonly onFull: () => void
  private readonly waiting = new Set<Readable>()
  private bytesLeft: number

  /**
   * @param bytesMax maximum size of the whole file; the rest is left out
   * @param onFull is called when the maximum is reached
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

  /** @param source pauses while the disk is slower than it */
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
