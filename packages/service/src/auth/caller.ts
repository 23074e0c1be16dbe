/** The sender of a request. */
export interface Caller {
  name: string
  /** The caller's groups, from all sources. */
  groups: ReadonlySet<string>
  /** Everything is allowed: for the service itself, and for every caller where no authentication is configured. */
  isTrusted: boolean
  /**
   * Has every permission. Rights that are granted by name, such as the access to a content generator, still need their
   * grant.
   */
  isAdmin: boolean
}

/** The service itself. */
export const serviceCaller: Caller = { name: 'mbs', groups: new Set(), isTrusted: true, isAdmin: true }

/** Every caller, where no authentication is configured. */
export const anonymous: Caller = { name: 'anonymous', groups: new Set(), isTrusted: true, isAdmin: true }
