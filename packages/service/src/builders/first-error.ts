/**
 * The line of a build log that says first why it failed, or undefined when none does.
 *
 * Tools name the cause before make and rpm tell that something failed, so causes are looked for first.
 */
export function firstError(log: string): string | undefined {
  // What a shell echoes with `set -x` is a command, not what came of it.
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
  // Tests that say so.
  /^(?:not ok\b|FAIL(?:ED)?\b|# FAIL: *[1-9])/,
  /^make(?:\[\d+\])?: \*\*\* /,
  // rpm itself: syntax of the spec, missing files, failed sections.
  /^error: (?!Bad exit status)/,
  /^\s+(?:File not found|Installed \(but unpackaged\) file\(s\) found)/,
  /^error: Bad exit status/,
]
