import type { ModuleStream, Xmd } from '@mbs/modulemd'
import { macrosPackage } from '../reserved-packages.ts'

/** The batch of module-build-macros. The module's components begin with the next batch (upstream's numbers). */
export const macrosBatch = 1

/** The component row of module-build-macros. */
export const macrosRow = {
  package: macrosPackage,
  scmurl: '',
  batch: macrosBatch,
  build_time_only: true,
} as const

export interface MacrosInput {
  name: string
  stream: string
  version: string
  context: string
  distTag: string
  /** The author's own macros (`buildopts.rpms.macros`). */
  extra: string
  /** Packages that must not be installed together with module-build-macros, as `N-E:V-R`. */
  conflicts: readonly string[]
}

/**
 * Returns the spec and the macros file of module-build-macros. Name, version, path and macros are the same as
 * upstream's (module_build_service: KojiModuleBuilder.get_disttag_srpm).
 */
export function macrosSource(input: MacrosInput): Record<string, string> {
  const { name, stream, version, context, distTag } = input
  const label = `${name}:${stream}:${version}:${context}`
  const spec = `%global dist .${distTag}
%global modularitylabel ${label}
%global _module_build 1
%global _module_name ${name}
%global _module_stream ${stream}
%global _module_version ${version}
%global _module_context ${context}

Name:      ${macrosPackage}
Version:   0.1
Release:   1%{dist}
Summary:   Macros of the module ${label}
License:   MIT
BuildArch: noarch
${input.conflicts.map((nevr) => `Conflicts: ${conflictOf(nevr)}\n`).join('')}Source1:   macros.modules

%description
The macros under which the components of the module ${label} are built.

%prep

%build

%install
mkdir -p %{buildroot}%{_sysconfdir}/rpm
install -p -m 644 %{SOURCE1} %{buildroot}%{_sysconfdir}/rpm/macros.zz-modules

%files
%{_sysconfdir}/rpm/macros.zz-modules
`
  const macros = `%dist .${distTag}
%modularitylabel ${label}
%_module_build 1
%_module_name ${name}
%_module_stream ${stream}
%_module_version ${version}
%_module_context ${context}
${input.extra}
`
  return { [`${macrosPackage}.spec`]: spec, 'macros.modules': macros }
}

/** Returns `NAME-EPOCH:VERSION-RELEASE` as a relation that holds for exactly this package. */
function conflictOf(nevr: string): string {
  const [, name = '', evr = ''] = /^(.+)-([^-]+-[^-]+)$/.exec(nevr) ?? []
  return `${name} = ${evr}`
}

/**
 * Returns the packages that must not get into a build root (`N-E:V-R`): packages that required modules have built and
 * do not ship, and packages of the base whose names modules have too. A module that requires an earlier build of itself
 * may get the packages of it that it reuses.
 *
 * @param reused reused packages, in the same form
 */
export function conflictsOf(
  { name, xmd }: Pick<ModuleStream, 'name' | 'xmd'>,
  buildrequires: Readonly<Record<string, { filtered_rpms?: readonly string[] }>>,
  reused: readonly string[],
): string[] {
  const filtered = Object.entries(buildrequires).flatMap(([module, { filtered_rpms: rpms = [] }]) =>
    module === name ? rpms.filter((nevr) => !reused.includes(nevr)) : rpms,
  )
  return [...new Set([...filtered, ...ursineRpms(xmd)])].sort()
}

/** Reads the packages of all arches from the document and removes their arches. */
function ursineRpms(xmd: Xmd | undefined): string[] {
  const mbs = xmd instanceof Map ? xmd.get('mbs') : undefined
  const nevras = mbs instanceof Map ? mbs.get('ursine_rpms') : undefined
  return Array.isArray(nevras)
    ? nevras.flatMap((nevra) => (typeof nevra === 'string' ? nevra.replace(/\.[^.]+$/, '') : []))
    : []
}
