import type { Schemas } from '@mbs/client'
import { answerOf, Api } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { linesOfPage, report } from '../../report.ts'
import { wholeNumber } from '../../whole-number.ts'

/** `mbs hub build show`. */
export async function hubBuildShow(global: GlobalOptions, nvr: string): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const build = await answerOf(service.GET('/hub/builds/{build}', { params: { path: { build: nvr } } }))
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
  options: {
    package?: string
    type?: string
    state?: Schemas['HubBuild']['state']
    owner?: string
    untagged?: boolean
    page: string
  },
): Promise<void> {
  const { service } = new Api(global.server, global.token)
  const query = { ...options, page: wholeNumber(options.page, '--page'), per_page: 50 }
  const list = await answerOf(service.GET('/hub/builds/', { params: { query } }))
  const lines = list.items.map(
    ({ id, nvr, state, types }) =>
      `${String(id).padStart(6)}  ${state.padEnd(8)}  ${types.join(',').padEnd(8)}  ${nvr}`,
  )
  report(global.json, list, () => linesOfPage(list.meta, lines, 'builds'))
}
