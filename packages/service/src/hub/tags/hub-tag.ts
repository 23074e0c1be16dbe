/** A tag, as it is or was. */
export interface HubTag {
  id: number
  name: string
  /** Separated by spaces. */
  arches: string
  /** What a user needs to tag with it; null: nothing. */
  permission: string | null
  locked: boolean
  /** Own extra settings; `blocked` keys hide inherited ones. */
  extra: ReadonlyMap<string, { value: unknown; blocked: boolean }>
}
