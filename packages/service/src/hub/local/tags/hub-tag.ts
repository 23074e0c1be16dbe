/** A tag, as it is now or was at an event. */
export interface HubTag {
  id: number
  name: string
  /** Separated by spaces. */
  arches: string
  /** The permission that a user needs to tag and untag builds; null: none. */
  permission: string | null
  locked: boolean
  /** The tag's own extra settings. A `blocked` key hides the inherited value. */
  extra: ReadonlyMap<string, { value: unknown; blocked: boolean }>
}
