import os from 'node:os'

/** Who asks; in a container there may be no account behind the number. */
export function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 0}`
  }
}
