import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeRepodata } from '@mbs/repodata'
import { execa } from 'execa'

/** Makes a repository of the packages of these specs, with the given documents of modules. */
export async function makeRepository(
  folder: string,
  specs: readonly string[],
  modules?: string,
): Promise<string> {
  await mkdir(folder)
  for (const spec of specs) {
    const file = `${folder}.spec`
    await writeFile(file, spec)
    const macros = { _topdir: `${folder}.top`, _rpmdir: folder }
    const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`])
    await execa('rpmbuild', ['-bb', ...defines, file])
  }
  await writeRepodata({
    packages: folder,
    output: folder,
    ...(modules === undefined ? {} : { modules }),
    run: async ([program = '', ...args]) => {
      const { exitCode = 1, stderr } = await execa(program, args, { reject: false })
      return { code: exitCode, stderr }
    },
  })
  return path.resolve(folder)
}
