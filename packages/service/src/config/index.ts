/**
 * One typed configuration, read once at start: defaults, a YAML file over them, the environment over that. It
 * never travels as a whole: rooms receive the few fields that they need.
 */
export { ConfigError, loadConfig, resolveConfig, systemConfigFile } from './load.ts'
export type { LoadedConfig } from './load.ts'
export type { Config, PlatformConfig } from './schema.ts'
export { nearest } from './nearest.ts'
