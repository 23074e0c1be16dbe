/** Who asks for something. */
export interface Caller {
  name: string
  /** Everything is allowed: the service itself, and everybody where nobody has to say who they are. */
  isTrusted: boolean
  /** Has every permission; what is granted by name, such as the access to a content generator, needs its grant still. */
  isAdmin: boolean
}

/** The service itself. */
export const serviceCaller: Caller = { name: 'mbs', isTrusted: true, isAdmin: true }
