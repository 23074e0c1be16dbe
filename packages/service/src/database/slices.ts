/** Most rows that one statement inserts: it may have 65,535 parameters. */
const rowsMax = 1000

/** Divides rows, in their order, into as many as one statement may insert. */
export function* slices<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let at = 0; at < rows.length; at += rowsMax) yield rows.slice(at, at + rowsMax)
}
