import type { GlobalOptions } from '../../global-options.ts'
import { CommandError, exitCodes } from '../../exit.ts'

/** `mbs serve`: runs the service until SIGINT or SIGTERM. */
export async function serveCommand(
  global: GlobalOptions,
  options: { port?: string; role?: string[] },
): Promise<void> {
  const { loadConfig, serve } = await import('@mbs/service')
  const overrides = {
    ...(options.port === undefined ? {} : { 'http.port': Number(options.port) }),
    ...(options.role === undefined ? {} : { roles: options.role }),
  }
  const { config } = load(() => loadConfig(global.config, overrides))
  const service = await serve(config, { progress: (sentence) => console.error(`mbs: ${sentence}`) })
  console.error(`mbs: the service answers at ${service.url}; Ctrl-C stops it`)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await service.stop()
}

/** Turns an error in the configuration into a usage error. */
export function load<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof Error && error.name === 'ConfigError'
      ? new CommandError(exitCodes.usage, error.message)
      : error
  }
}
