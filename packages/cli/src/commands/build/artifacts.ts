import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream, rmSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { answerOf, Api } from '../../api.ts'
import { CommandError, exitCodes, messageOf } from '../../exit.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { report } from '../../report.ts'

/** These end the command; no part of a file stays then. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** `mbs build artifacts get`: downloads the files of a build's packages and checks each against its digest. */
export async function buildArtifactsGet(
  global: GlobalOptions,
  id: number,
  options: { into: string; logs: boolean },
): Promise<void> {
  const api = new Api(global.server, global.token)
  const { components } = await api.build(id)
  const got: string[] = []
  for (const { nvr } of components) {
    if (nvr === null) continue
    const { files } = await answerOf(
      api.service.GET('/hub/builds/{build}/files', { params: { path: { build: nvr } } }),
    )
    for (const { path: name, sha256 } of files) {
      // Signed copies and records of build roots are the hub's own files.
      if (/^(?:data\/signed|buildroots)\//.test(name)) continue
      if (!options.logs && name.endsWith('.log')) continue
      got.push(await fetchFile(api, nvr, name, sha256, options.into))
    }
  }
  if (got.length === 0) throw new CommandError(exitCodes.failed, `build ${id} has no packages yet`)
  report(global.json, got, () => got)
}

/**
 * Returns the name for a file of the hub. The logs of several arches have the same name there, in folders of the arches.
 */
function fileNameOf(name: string): string {
  const log = /^data\/logs\/(.*)$/.exec(name)?.[1]
  return requirePlain(log === undefined ? path.basename(name) : log.replaceAll('/', '-'))
}

/** Refuses a name from the server that would lead out of the folder. */
function requirePlain(name: string): string {
  if (/^(?:|\.|\.\.)$|[/\0]/.test(name))
    throw new CommandError(exitCodes.failed, `the server names a file ${JSON.stringify(name)}`)
  return name
}

async function fetchFile(
  api: Api,
  nvr: string,
  name: string,
  sha256: string,
  folder: string,
): Promise<string> {
  const place = path.join(folder, requirePlain(nvr), fileNameOf(name))
  await mkdir(path.dirname(place), { recursive: true })
  // Another download may run at the same time, even one of another machine with this process id.
  const part = `${place}.${randomUUID()}.part`
  const response = await api.file(nvr, name)
  if (response.body === null) throw new CommandError(exitCodes.failed, `${nvr} has no ${name}`)
  const interrupted = (signal: NodeJS.Signals) => {
    rmSync(part, { force: true })
    process.exit(128 + os.constants.signals[signal])
  }
  for (const signal of signals) process.once(signal, interrupted)
  try {
    if ((await receive(response.body, part)) !== sha256) throw new Error('checksum mismatch')
    await rename(part, place)
  } catch (error) {
    await rm(part, { force: true })
    throw new CommandError(
      exitCodes.failed,
      `${place} did not arrive completely (${messageOf(error)}); download it again`,
    )
  } finally {
    for (const signal of signals) process.off(signal, interrupted)
  }
  return place
}

/** Writes a file as it arrives, and returns its SHA-256. */
async function receive(body: ReadableStream, file: string): Promise<string> {
  const digest = createHash('sha256')
  await pipeline(
    Readable.fromWeb(body),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        digest.update(chunk)
        yield chunk
      }
    },
    createWriteStream(file, { flags: 'wx' }),
  )
  return digest.digest('hex')
}
