import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError } from '../config/index.ts'
import { FakeBuilder } from './fake/fake-builder.ts'
import { GenericBuilder } from './generic-builder.ts'
import { LocalBuilder, type LocalBuilderParts } from './local/local-builder.ts'

/** What a backend is made from; one from outside gets the same. */
export type BuilderParts = LocalBuilderParts

type BuilderClass = new (parts: BuilderParts) => GenericBuilder

const members: Readonly<Record<string, BuilderClass>> = { local: LocalBuilder, fake: FakeBuilder }

/**
 * The backend that configuration names: one of ours, or `/path/to/module.js#ClassName`, a class that extends
 * GenericBuilder.
 *
 * @throws ConfigError when there is no such backend
 */
export async function openBuilder(name: string, parts: BuilderParts): Promise<GenericBuilder> {
  const member = members[name] ?? (await loadClass(name))
  return new member(parts)
}

async function loadClass(name: string): Promise<BuilderClass> {
  const [file = '', className = ''] = name.split('#')
  if (!path.isAbsolute(file) || className === '')
    throw new ConfigError(
      `builder.name: there is no builder "${name}"; use ${Object.keys(members).join(', ')} or /path/to/module.js#ClassName`,
    )
  const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  const found = loaded[className]
  if (typeof found !== 'function' || !(found.prototype instanceof GenericBuilder))
    throw new ConfigError(`builder.name: ${file} has no class ${className} that extends GenericBuilder`)
  return found as BuilderClass
}
