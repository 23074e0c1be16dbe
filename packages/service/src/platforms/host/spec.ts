import type { PlannedFile, PlannedRpm } from './types.ts'

/**
 * Returns a path as a line of a `%files` list needs it. rpm cannot take a pattern literally, so `?` replaces the
 * characters of a pattern. A single `[`, as in /usr/bin/[, does not form a pattern.
 */
export function fileListPath(path: string): string {
  const pattern = /[*?{}\\]|\[.*\]/.test(path)
  const literal = (pattern ? path.replace(/[\\[\]*?{}]/g, '?') : path).replace(/%/g, '%%')
  return /\s/.test(literal) ? `"${literal}"` : literal
}

/** Returns the `%files -f` list of one RPM. All files belong to root, whatever their owner on the host. */
export function fileList(files: PlannedFile[]): string {
  const line = ({ path, dir, mode }: PlannedFile) =>
    [
      ...(mode === undefined ? [] : [`%attr(${mode.toString(8).padStart(4, '0')},root,root)`]),
      ...(dir ? ['%dir'] : []),
      fileListPath(path),
    ].join(' ')
  return ['%defattr(-,root,root,-)', ...files.map(line), ''].join('\n')
}

/** The linker's cache follows all changes that a transaction makes in the library folders. No shell is needed. */
const ldconfigTriggers = ['transfiletriggerin', 'transfiletriggerpostun'].flatMap((trigger) => [
  `%${trigger} -n glibc -P 2000000 -p <lua> -- /lib /usr/lib /lib64 /usr/lib64`,
  // Not as the interpreter itself: rpm would pass it the package count, which ldconfig would take for a folder.
  'rpm.execute("/sbin/ldconfig")',
  '%end',
])

function subpackage(rpm: PlannedRpm, listFolder: string): string {
  const from = rpm.sources.join(', ')
  return [
    `%package -n ${rpm.name}`,
    `Version: ${rpm.version}`,
    `Release: ${rpm.release}`,
    `Summary: ${rpm.name}, from the host's packages`,
    ...rpm.requires.map((name) => `Requires: ${name}`),
    ...rpm.provides.map((name) => `Provides: ${name}`),
    `%description -n ${rpm.name}`,
    `Files of the host's packages: ${from}.`,
    ...(rpm.name === 'glibc' ? ldconfigTriggers : []),
    `%files -n ${rpm.name} -f ${listFolder}/${rpm.name}`,
    '',
  ].join('\n')
}

const head = (name: string) => [
  `Name: ${name}`,
  'Version: 1',
  'Release: 0.host',
  `Summary: Platform made of the host's packages`,
  'License: as the packages of the host say',
  '%description',
  'Not built itself: only its subpackages are.',
  '',
]

/** Returns the spec file that packs the host's files. `listFolder` has one file list per RPM. */
export function hostSpec(rpms: PlannedRpm[], listFolder: string): string {
  return [...head('host-platform'), ...rpms.map((rpm) => subpackage(rpm, listFolder))].join('\n')
}

/** One RPM with generated files instead of files of the host. */
export interface GeneratedRpm {
  name: string
  version: string
  release: string
  summary: string
  requires: string[]
  provides: string[]
  entries: GeneratedEntry[]
}

/** A folder, a link (`target`) or a file (`text`) of a generated RPM. */
export interface GeneratedEntry {
  path: string
  mode: number
  target?: string
  text?: string
}

/** Returns the spec file of the generated RPMs. */
export function generatedSpec(rpms: GeneratedRpm[]): string {
  const body = rpms.map((rpm) =>
    [
      `%package -n ${rpm.name}`,
      `Version: ${rpm.version}`,
      `Release: ${rpm.release}`,
      `Summary: ${rpm.summary}`,
      ...rpm.requires.map((name) => `Requires: ${name}`),
      ...rpm.provides.map((name) => `Provides: ${name}`),
      `%description -n ${rpm.name}`,
      `${rpm.summary}.`,
      `%files -n ${rpm.name}`,
      ...rpm.entries.map(
        ({ path, mode, target, text }) =>
          (target === undefined
            ? `%attr(${mode.toString(8).padStart(4, '0')},root,root) `
            : '%attr(-,root,root) ') +
          (target === undefined && text === undefined ? '%dir ' : '') +
          fileListPath(path),
      ),
      '',
    ].join('\n'),
  )
  return [...head('host-platform-base'), ...body].join('\n')
}
