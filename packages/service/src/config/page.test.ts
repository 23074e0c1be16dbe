import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { TSchema } from 'typebox'
import { expect, test } from 'vitest'
import { configSchema, environmentKeys } from './schema.ts'

/** Returns all keys of the configuration, with NAME for each name that users choose. */
function keysOf(schema: TSchema, prefix = ''): string[] {
  const { properties, patternProperties, additionalProperties } = schema as {
    properties?: Record<string, TSchema>
    patternProperties?: Record<string, TSchema>
    additionalProperties?: TSchema | boolean
  }
  const named = Object.values(patternProperties ?? {})
  const others = typeof additionalProperties === 'object' ? [additionalProperties] : []
  const below = [
    ...Object.entries(properties ?? {}),
    ...[...named, ...others].map((one) => ['NAME', one] as const),
  ]
  if (properties === undefined && !below.some(([, one]) => 'properties' in one)) return [prefix]
  return below.flatMap(([key, one]) => keysOf(one, prefix === '' ? key : `${prefix}.${key}`))
}

test('the page of configuration has all keys, no others, and their variables', async () => {
  const page = await readFile(path.join(import.meta.dirname, '../../../../docs/use/configuration.md'), 'utf8')
  const rows = [...page.matchAll(/^\| (`[^|]+`) +\|(.*)$/gm)].map(([, cell = '', rest = '']) => ({
    keys: [...cell.matchAll(/`([^`]+)`/g)].map(([, key = '']) => key),
    rest,
  }))
  const keys = keysOf(configSchema)
  // The keys of a platform have a table of their own.
  const ofPlatform = (key: string) => `platforms.NAME.${key}`
  const told = rows
    .flatMap((row) => row.keys)
    .filter((key) => key !== 'platforms')
    .map((key) => (keys.includes(ofPlatform(key)) ? ofPlatform(key) : key))
  const covers = (one: string, key: string) =>
    one.endsWith('…') ? key.startsWith(one.slice(0, -1)) : one === key
  expect(keys.filter((key) => !told.some((one) => covers(one, key)))).toEqual([])
  expect(told.filter((one) => !keys.some((key) => covers(one, key)))).toEqual([])
  for (const [variable, key] of Object.entries(environmentKeys))
    expect(rows.find((row) => row.keys.includes(key))?.rest, key).toContain(`\`${variable}\``)
})
