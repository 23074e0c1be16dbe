/** What every command may ask for. */
export interface GlobalOptions {
  server: string
  /** Says who asks, where the service wants to know. */
  token?: string
  json: boolean
  config?: string
}
