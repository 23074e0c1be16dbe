import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { readIfPresent, writeFileAtomically } from '../../files.ts'
import type { TaskId } from '../generic-builder.ts'

/** What shall become of a package's attempts, first attempt first; after the last it goes on as that. */
export type FakeOutcome = 'complete' | 'failed' | 'lost' | 'endless'

export interface FakeTask {
  package: string
  tag: string
  outcome: FakeOutcome
  looks: number
  cancelled: boolean
}

/** Where the fake builder's tasks are: they outlive the service, as those of every other backend do. */
export interface FakeFarm {
  read(id: TaskId): Promise<FakeTask | undefined>
  write(id: TaskId, task: FakeTask): Promise<void>
  all(): Promise<FakeTask[]>
}

/** Tasks as files of a folder, for any number of processes. */
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
