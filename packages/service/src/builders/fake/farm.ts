import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { readIfPresent, writeFileAtomically } from '../../files.ts'
import type { TaskId } from '../generic-builder.ts'

/** The outcomes of a package's attempts, first attempt first. The last one repeats for all later attempts. */
export type FakeOutcome = 'complete' | 'failed' | 'lost' | 'endless'

export interface FakeTask {
  package: string
  tag: string
  outcome: FakeOutcome
  looks: number
  cancelled: boolean
}

/** The store of the fake builder's tasks. The tasks outlive the service, as those of every other backend do. */
export interface FakeFarm {
  read(id: TaskId): Promise<FakeTask | undefined>
  write(id: TaskId, task: FakeTask): Promise<void>
  all(): Promise<FakeTask[]>
}

/** Keeps tasks as files in a folder, for any number of processes. */
export function folderFarm(folder: string): FakeFarm {
  const file = (id: TaskId) => path.join(folder, `${id}.json`)
  return {
    read: async (id) => {
      const text = await readIfPresent(file(id))
      return text === undefined ? undefined : (JSON.parse(text) as FakeTask)
    },
    write: (id, task) => writeFileAtomically(file(id), JSON.stringify(task)),
    all: async () => {
      const names = await readdir(folder).catch(() => [])
      const texts = await Promise.all(
        names
          .filter((name) => name.endsWith('.json'))
          .map((name) => readFile(path.join(folder, name), 'utf8')),
      )
      return texts.map((text) => JSON.parse(text) as FakeTask)
    },
  }
}
