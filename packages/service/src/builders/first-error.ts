/**
 * Finds the line of a build log that names the cause of the failure. Returns undefined if no line does.
 *
 * Tools print the cause before make and rpm report the failure, so the search begins with causes.
 */
export function firstError(log: string): string | undefined {
  // A line that a shell prints because of `set -x` is a command, not its result.
  const lines = log.split('\n').filter((line) => !/^\++ /.test(line))
  for (const pattern of causes) {
    const line = lines.find((candidate) => pattern.test(candidate))
    if (line !== undefined) return line.trim().slice(0, 500)
  }
  return undefined
}

const causes: readonly RegExp[] = [
  // Compilers and linkers: `file.c:3:5: error: …`, `ld: cannot find -lfoo`, `undefined reference to`.
  /: (?:fatal )?error: |undefined reference to|ld(?:\.\w+)?: (?:cannot find|error)/,
  // Configuration tools and interpreters.
  /^configure: error:|^CMake Error|^ERROR: |^\w*Error: |^\S+: line \d+: .*(?:not found|No such file)|command not found/,
  // Test frameworks.
  /^(?:not ok\b|FAIL(?:ED)?\b|# FAIL: *[1-9])/,
  /^make(?:\[\d+\])?: \*\*\* /,
  // rpm itself: syntax of the spec, missing files, failed sections.
  /^error: (?!Bad exit status)/,
  /^\s+(?:File not found|Installed \(but unpackaged\) file\(s\) found)/,
  /^error: Bad exit status/,
]
