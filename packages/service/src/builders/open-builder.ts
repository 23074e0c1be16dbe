import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError } from '../config/index.ts'
import type { Hub } from '../hub/index.ts'
import { FakeBuilder } from './fake/fake-builder.ts'
import { GenericBuilder } from './generic-builder.ts'
import { LocalBuilder, type LocalBuilderParts } from './local/local-builder.ts'

/** The services that an external backend receives. */
export type BuilderParts = Pick<
  LocalBuilderParts,
  'artifacts' | 'clock' | 'platforms' | 'dataDir' | 'cacheDir'
> & { hub: Hub }

type BuilderClass<Parts> = new (parts: Parts) => GenericBuilder

const members: Readonly<Record<string, BuilderClass<LocalBuilderParts>>> = {
  local: LocalBuilder,
  fake: FakeBuilder,
}

/**
 * Opens the configured backend: one of ours, or `/path/to/module.js#ClassName`, a class that extends GenericBuilder.
 *
 * @throws ConfigError when there is no such backend
 */
export async function openBuilder(name: string, parts: LocalBuilderParts): Promise<GenericBuilder> {
  const member = members[name]
  if (member !== undefined) return new member(parts)
  const { hub, artifacts, clock, platforms, dataDir, cacheDir } = parts
  return new (await loadClass(name))({ hub, artifacts, clock, platforms, dataDir, cacheDir })
}

async function loadClass(name: string): Promise<BuilderClass<BuilderParts>> {
  const [file = '', className = ''] = name.split('#')
  if (!path.isAbsolute(file) || className === '')
    throw new ConfigError(
      `builder.name: there is no builder "${name}"; use ${Object.keys(members).join(', ')} or /path/to/module.js#ClassName`,
    )
  const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  const found = loaded[className]
  if (typeof found !== 'function' || !(found.prototype instanceof GenericBuilder))
    throw new ConfigError(`builder.name: ${file} has no class ${className} that extends GenericBuilder`)
  return found as BuilderClass<BuilderParts>
}
