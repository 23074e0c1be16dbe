/** The service's public entry, for the command `mbs`, the demo and tests. */
export { openShell } from './builders/index.ts'
export { ConfigError, loadConfig } from './config/index.ts'
export type { Config, LoadedConfig } from './config/index.ts'
export { serve } from './main.ts'
export { publishedPlatform } from './platforms/index.ts'
export type { Service, ServeOptions } from './main.ts'
