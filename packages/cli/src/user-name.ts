import os from 'node:os'

/** Returns the name of the user. In a container, the user's number may have no account. */
export function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 0}`
  }
}
