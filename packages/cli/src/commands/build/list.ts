import { Api } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { titleOf } from '../../progress.ts'
import { report } from '../../report.ts'

/** `mbs build list`. */
export async function buildList(
  global: GlobalOptions,
  options: { state?: string; name?: string; page: string },
): Promise<void> {
  const list = await new Api(global.server, global.token).builds({ ...options, per_page: '50' })
  report(global.json, list, () => {
    const lines = list.items.map(
      (build) =>
        `${String(build.id).padStart(6)}  ${build.state_name.padEnd(7)}  ${build.time_submitted}  ${titleOf(build)}`,
    )
    const { page, pages, total } = list.meta
    return [...lines, pages > 1 ? `page ${page} of ${pages}, ${total} builds` : `${total} builds`]
  })
}
