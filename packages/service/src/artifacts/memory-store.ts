import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { contentOf, missingContent, splitDigest } from './content.ts'
import type { ArtifactStore, Received } from './store.ts'

/** Artifacts in this process's memory, for the simulator and for tests. This store has no files. */
export class MemoryStore implements ArtifactStore {
  /** By digest. Tests may change the contents. */
  readonly contents = new Map<string, Uint8Array>()
  private readonly received = new Map<string, Uint8Array>()
  private numbers = 0

  async receive(source: AsyncIterable<Uint8Array>): Promise<Received> {
    const chunks: Uint8Array[] = []
    const content = await contentOf(collected(source, chunks))
    const file = String(++this.numbers)
    this.received.set(file, Buffer.concat(chunks))
    return { ...content, file }
  }

  receiveFile(file: string): Promise<Received> {
    return this.receive(createReadStream(file))
  }

  discard(file: string): Promise<void> {
    this.received.delete(file)
    return Promise.resolve()
  }

  async write(sha256: string, file: string): Promise<void> {
    const bytes = this.received.get(file)
    if (bytes === undefined) throw new Error(`${file} was not received`)
    this.contents.set(splitDigest(sha256).join(''), bytes)
    await this.discard(file)
  }

  has(sha256: string): Promise<{ size: number } | undefined> {
    const bytes = this.contents.get(sha256)
    return Promise.resolve(bytes === undefined ? undefined : { size: bytes.length })
  }

  path(sha256: string): Promise<string> {
    return Promise.reject(new Error(`${sha256} is in memory and has no file`))
  }

  async *read(sha256: string): AsyncGenerator<Uint8Array, void> {
    const bytes = this.contents.get(sha256)
    if (bytes === undefined) throw missingContent(sha256)
    yield* Readable.from([bytes]) as AsyncIterable<Uint8Array>
  }

  remove(sha256: string): Promise<void> {
    this.contents.delete(sha256)
    return Promise.resolve()
  }

  freeBytes(): Promise<undefined> {
    return Promise.resolve(undefined)
  }
}

async function* collected(
  source: AsyncIterable<Uint8Array>,
  chunks: Uint8Array[],
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of source) {
    chunks.push(chunk)
    yield chunk
  }
}
