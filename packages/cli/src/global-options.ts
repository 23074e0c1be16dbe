/** Options of every command. */
export interface GlobalOptions {
  server: string
  /** API token, if the service requires one. */
  token?: string
  json: boolean
  config?: string
}
