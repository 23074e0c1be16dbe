import type { GlobalOptions } from '../../global-options.ts'
import { CommandError, exitCodes } from '../../exit.ts'
import { report } from '../../report.ts'
import { load } from './serve.ts'

/** `mbs config [check]`. */
export async function configCommand(global: GlobalOptions, check: string | undefined): Promise<void> {
  if (check !== undefined && check !== 'check')
    throw new CommandError(exitCodes.usage, `"${check}" is unknown; use "mbs config" or "mbs config check"`)
  const { loadConfig } = await import('@mbs/service')
  const { config, origins } = load(() => loadConfig(global.config))
  for (const section of [config.database, config.bus])
    if (section.url !== undefined) section.url = withoutPassword(section.url)
  if (check === 'check') {
    report(global.json, { ok: true }, () => ['the configuration is valid'])
    return
  }
  report(global.json, { config, origins: Object.fromEntries(origins) }, () =>
    flatten(config).map(([key, value]) => `${key} = ${JSON.stringify(value)}  (${originOf(origins, key)})`),
  )
}

function flatten(value: unknown, path: readonly string[] = []): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path.join('.'), value]]
  return Object.entries(value).flatMap(([key, below]) => flatten(below, [...path, key]))
}

function originOf(origins: ReadonlyMap<string, string>, key: string): string {
  return [...origins].find(([known]) => key === known || key.startsWith(`${known}.`))?.[1] ?? 'default'
}

/** Masks the passwords in a URL. PostgreSQL also accepts a password among the parameters. */
function withoutPassword(url: string): string {
  return url.replace(/(:\/\/[^:@/?]*:)[^/?]*@/, '$1***@').replaceAll(/([?&]password=)[^&]*/g, '$1***')
}
