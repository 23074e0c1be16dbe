import { Api } from '../api.ts'
import type { GlobalOptions } from '../global-options.ts'
import { queryOf } from '../query.ts'
import { report } from '../report.ts'

interface Build {
  id: number
  nvr: string
  state: string
  types: string[]
  owner: string
  source: string | null
  content_generator: string | null
  completion_time: string | null
}

interface WholeBuild extends Build {
  tags: string[]
  typeinfo: Record<string, unknown>
  rpms: { nevra: string; size: number; signed: string[] }[]
  archives: { type: string; subdir: string; filename: string; size: number; rpms: number }[]
  logs: { subdir: string; filename: string; size: number }[]
  buildroots: { record: string; host: { os: string; arch: string } }[]
}

/** `mbs hub build show`. */
export async function hubBuildShow(global: GlobalOptions, nvr: string): Promise<void> {
  const build = await new Api(global.server, global.token).hub<WholeBuild>(
    'GET',
    `/builds/${encodeURIComponent(nvr)}`,
  )
  report(global.json, build, () => [
    `${build.nvr} (${build.id}) is ${build.state}: ${build.types.join(', ')}`,
    `owner ${build.owner}${build.content_generator === null ? '' : `, imported by ${build.content_generator}`}`,
    ...(build.source === null ? [] : [`source ${build.source}`]),
    ...(build.completion_time === null ? [] : [`completed ${build.completion_time}`]),
    `tags ${build.tags.length === 0 ? 'none' : build.tags.join(' ')}`,
    ...build.rpms.map(
      ({ nevra, size, signed }) =>
        `  ${nevra}  ${size} bytes${signed.length === 0 ? '' : `, signed by ${signed.join(' ')}`}`,
    ),
    ...build.archives.map(
      ({ type, subdir, filename, size, rpms }) =>
        `  ${type}: ${subdir === '' ? '' : `${subdir}/`}${filename}  ${size} bytes${rpms === 0 ? '' : `, ${rpms} packages`}`,
    ),
    ...build.logs.map(
      ({ subdir, filename, size }) => `  log: ${subdir === '' ? '' : `${subdir}/`}${filename}  ${size} bytes`,
    ),
    ...build.buildroots.map(({ record, host }) => `  ${record}  ${host.os}, ${host.arch}`),
  ])
}

/** `mbs hub build list`. */
export async function hubBuildList(
  global: GlobalOptions,
  options: Record<string, string | boolean>,
): Promise<void> {
  const list = await new Api(global.server, global.token).hub<{ items: Build[] }>(
    'GET',
    `/builds/${queryOf(options)}`,
  )
  report(global.json, list, () =>
    list.items.length === 0
      ? ['there are none']
      : list.items.map(
          ({ id, nvr, state, types }) =>
            `${String(id).padStart(6)}  ${state.padEnd(8)}  ${types.join(',').padEnd(8)}  ${nvr}`,
        ),
  )
}
