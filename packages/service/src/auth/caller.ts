/** Who asks for something. */
export interface Caller {
  name: string
  /** The groups that whoever knows them says they are in. */
  groups: ReadonlySet<string>
  /** Everything is allowed: the service itself, and everybody where nobody has to say who they are. */
  isTrusted: boolean
  /** Has every permission; what is granted by name, such as the access to a content generator, needs its grant still. */
  isAdmin: boolean
}

/** The service itself. */
export const serviceCaller: Caller = { name: 'mbs', groups: new Set(), isTrusted: true, isAdmin: true }

/** Everybody, where nobody has to say who they are. */
export const anonymous: Caller = { name: 'anonymous', groups: new Set(), isTrusted: true, isAdmin: true }
