/** Prints a result: JSON for programs, lines for people. */
export function report(json: boolean, value: unknown, lines: () => readonly string[]): void {
  console.log(json ? JSON.stringify(value) : lines().join('\n'))
}
