/** Returns a document of any kind and version, with the lines of its data. */
export function documentText(kind: string, version: number | string, ...data: readonly string[]): string {
  return [
    '---',
    `document: ${kind}`,
    `version: ${version}`,
    'data:',
    ...data.map((line) => `  ${line}`),
    '...',
    '',
  ].join('\n')
}

const STREAM = ['name: n', 'stream: s', 'summary: s', 'description: d', 'license: {module: [MIT]}']

// Each of these functions returns the smallest valid document of its kind, with additional lines of data.

export const streamV1 = (...lines: readonly string[]) => documentText('modulemd', 1, ...STREAM, ...lines)

export const streamV2 = (...lines: readonly string[]) => documentText('modulemd', 2, ...STREAM, ...lines)

export const defaults = (...lines: readonly string[]) =>
  documentText('modulemd-defaults', 1, 'module: m', ...lines)

export const obsoletes = (...lines: readonly string[]) =>
  documentText(
    'modulemd-obsoletes',
    1,
    ...['modified: 2024-01-31T12:00Z', 'module: m', 'stream: s', 'message: gone'],
    ...lines,
  )

export const translations = (...lines: readonly string[]) =>
  documentText('modulemd-translations', 1, 'module: m', 'stream: s', 'modified: 202401311200', ...lines)

export const packagerV2 = (...lines: readonly string[]) =>
  documentText('modulemd-packager', 2, 'summary: s', 'description: d', 'license: {module: [MIT]}', ...lines)

export const packagerV3 = (...lines: readonly string[]) =>
  documentText(
    'modulemd-packager',
    3,
    ...['summary: s', 'description: d', 'license: [MIT]'],
    'configurations: [{context: a, platform: el8}]',
    ...lines,
  )
