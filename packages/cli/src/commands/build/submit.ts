import { Api } from '../../api.ts'
import type { GlobalOptions } from '../../global-options.ts'
import { titleOf } from '../../progress.ts'
import { report } from '../../report.ts'
import { placeOf, submissionParameters, type SubmissionOptions } from '../../submission-options.ts'
import { finish } from './watch.ts'

/** `mbs build submit`. */
export async function buildSubmit(
  global: GlobalOptions,
  target: string,
  branch: string | undefined,
  options: SubmissionOptions & { watch: boolean },
): Promise<void> {
  const api = new Api(global.server, global.token)
  const { srpm: files = [] } = options
  const srpms = files.length === 0 ? {} : { srpms: await api.uploadSrpms(files) }
  const builds = await api.submit({
    ...placeOf(target, branch),
    ...submissionParameters(options),
    ...srpms,
  })
  if (!options.watch) {
    report(global.json, builds, () =>
      builds.map((build) => `build ${build.id}: ${titleOf(build)} is ${build.state_name}`),
    )
    return
  }
  for (const { id } of builds) await finish(global, api, id)
}
