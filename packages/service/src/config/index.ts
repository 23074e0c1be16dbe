/**
 * One typed configuration, read once at the start: defaults, then a YAML file, then the environment; a later source
 * takes precedence. No room receives the whole configuration: each room receives the few fields that it needs.
 */
export { ConfigError, loadConfig, resolveConfig, systemConfigFile } from './load.ts'
export type { LoadedConfig } from './load.ts'
export type { Config, PlatformConfig } from './schema.ts'
export { nearest } from './nearest.ts'
