import { formatNvra, RpmReadError } from '@mbs/rpm'
import type { Artifacts } from '../../../artifacts/index.ts'
import type { Caller } from '../../../auth/index.ts'
import { UserError } from '../../../errors.ts'
import { readPackage } from '../builds/read-package.ts'
import type { NewArchive, NewBuild, NewBuildroot, NewRpm, StoredFile } from '../builds/record-build.ts'
import type { Matches } from './components.ts'
import {
  archiveTypeOf,
  buildrootIndexes,
  momentOf,
  subdirOf,
  uploadPathOf,
  type GeneratorMetadata,
  type GeneratorOutput,
} from './metadata.ts'

/** A file of an import that is already in the artifact store. */
export interface UploadedFile extends StoredFile {
  md5: string
  adler32: string
}

/** Checked metadata, with the components that this hub has. */
export interface CheckedMetadata {
  metadata: GeneratorMetadata
  types: ReadonlyMap<string, unknown>
  buildroots: Matches[]
  outputs: Matches[]
}

/** The log with the hub's remarks about an import. */
const importLog = 'cg_import.log'

/**
 * Makes the build from the metadata and the files. Checks each file, and puts the buildroot records and the import log
 * into the artifact store.
 *
 * @throws UserError (400) with the hub's message for the first fault in a file
 */
export async function assembleBuild(
  artifacts: Artifacts,
  caller: Caller,
  checked: CheckedMetadata,
  files: ReadonlyMap<string, UploadedFile>,
  metadataFile: StoredFile,
): Promise<NewBuild> {
  const { metadata, types } = checked
  const { build } = metadata
  const nvr = `${build.name}-${build.version}-${build.release}`
  const rpms: NewRpm[] = []
  const archives: NewArchive[] = []
  const logs: NewBuild['logs'][number][] = []
  const log: string[] = []
  const buildrootOf = buildrootIndexes(metadata)
  for (const [index, output] of metadata.output.entries()) {
    const file = checkFile(output, files)
    const buildroot = buildrootOf(output)
    const matches = checked.outputs[index] ?? { rpms: [], archives: [], unmatched: [] }
    if (output.type === 'log')
      logs.push({ ...fileOf(file), subdir: subdirOf(output), filename: output.filename })
    else if (output.type === 'rpm')
      rpms.push({ ...(await packageOf(artifacts, output, file, nvr)), buildroot })
    else {
      const type = archiveTypeOf(output, types)
      log.push(...matches.unmatched)
      archives.push({
        ...archiveOf(output, file, type),
        buildroot,
        rpms: matches.rpms,
        archives: matches.archives,
      })
    }
  }
  log.push(...checked.buildroots.flatMap(({ unmatched }) => unmatched))
  if (log.length > 0) {
    const text = await artifacts.putText([...log, 'CG import was SUCCESSFUL.', ''].join('\n'))
    const isTaken = logs.some(({ subdir, filename }) => subdir === '' && filename === importLog)
    logs.push({ ...text, subdir: isTaken ? 'hub' : '', filename: importLog })
  }
  checkNames(rpms, archives, logs)
  const buildroots: NewBuildroot[] = []
  for (const buildroot of metadata.buildroots) {
    const record = await artifacts.putText(JSON.stringify({ components: buildroot.components }))
    buildroots.push({
      hostOs: buildroot.host.os,
      hostArch: buildroot.host.arch,
      containerType: buildroot.container.type,
      containerArch: buildroot.container.arch,
      generatorVersion: buildroot.content_generator.version,
      tools: buildroot.tools,
      extra: buildroot.extra ?? null,
      record,
    })
  }
  return {
    name: build.name,
    version: build.version,
    release: build.release,
    epoch: build.epoch ?? null,
    owner: build.owner ?? caller.name,
    generatorId: null,
    source: build.source,
    extra: build.extra,
    startedAt: momentOf(build.start_time),
    completedAt: momentOf(build.end_time),
    types,
    buildroots,
    rpms,
    archives,
    logs,
    metadata: metadataFile,
  }
}

function fileOf({ sha256, size }: UploadedFile): StoredFile {
  return { sha256, size }
}

function checkFile(output: GeneratorOutput, files: ReadonlyMap<string, UploadedFile>): UploadedFile {
  const path = uploadPathOf(output)
  const file = files.get(path)
  if (file === undefined)
    throw new UserError(400, `No such file: ${path} is an output and was not uploaded`, 'output')
  const { filename, filesize, checksum, checksum_type: type } = output
  if (file.size !== filesize)
    throw new UserError(
      400,
      `File size ${file.size} for ${filename} (expected ${filesize}) doesn't match. Corrupted upload?`,
      'output',
    )
  const actual = new Map([
    ['md5', file.md5],
    ['sha256', file.sha256],
    ['adler32', file.adler32],
  ]).get(type)
  if (actual === undefined) throw new UserError(400, `Unsupported verify type: ${type}`, 'output')
  if (actual !== checksum)
    throw new UserError(400, `File checksum mismatch for ${filename}: ${checksum} != ${actual}`, 'output')
  return file
}

function archiveOf(
  output: GeneratorOutput,
  file: UploadedFile,
  type: string,
): Omit<NewArchive, 'buildroot' | 'rpms' | 'archives'> {
  if (output.checksum_type === 'adler32')
    throw new UserError(400, `Unsupported checksum type for archives: adler32 (${output.filename})`, 'output')
  return {
    ...fileOf(file),
    type,
    filename: output.filename,
    subdir: subdirOf(output),
    arch: output.arch ?? null,
    checksumType: output.checksum_type,
    checksum: output.checksum,
    extra: output.extra ?? null,
  }
}

async function packageOf(
  artifacts: Artifacts,
  output: GeneratorOutput,
  file: UploadedFile,
  nvr: string,
): Promise<NewRpm> {
  const { filename } = output
  if (subdirOf(output) !== '') throw new UserError(400, 'subdir field not allowed for rpm outputs', 'output')
  if (output.metadata_only === true)
    throw new UserError(400, 'Metadata-only imports are not supported for rpms', 'output')
  const { header, rpm } = await readPackage(await artifacts.path(file.sha256)).catch((error: unknown) => {
    if (!(error instanceof RpmReadError)) throw error
    throw new UserError(400, `${filename} is not a readable package: ${error.reason}`, 'output')
  })
  const expected = `${formatNvra(header.nevra)}.rpm`
  if (filename !== expected)
    throw new UserError(400, `bad filename: ${filename} (expected ${expected})`, 'output')
  const source = header.isSource ? filename : (header.sourceRpm ?? '')
  if (source.replace(/\.(?:no)?src\.rpm$/, '') !== nvr || !/\.(?:no)?src\.rpm$/.test(source))
    throw new UserError(400, `srpm mismatch for ${filename}: ${source} (expected ${nvr}.src.rpm)`, 'output')
  return { ...fileOf(file), ...rpm, extra: output.extra ?? null }
}

/** Makes sure that no two files of a build have the same place. */
function checkNames(
  rpms: readonly NewRpm[],
  archives: readonly NewArchive[],
  logs: readonly { subdir: string; filename: string }[],
): void {
  const places = new Set<string>()
  for (const place of [
    ...rpms.map(({ nevra }) => `package: ${nevra}`),
    ...archives.map(({ type, subdir, filename }) => `${type}: ${subdir}/${filename}`),
    ...logs.map(({ subdir, filename }) => `log: ${subdir}/${filename}`),
  ]) {
    if (places.has(place)) throw new UserError(400, `two outputs have the same place (${place})`, 'output')
    places.add(place)
  }
}
