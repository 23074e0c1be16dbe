/** What every command may ask for. */
export interface GlobalOptions {
  server: string
  json: boolean
  config?: string
}
