import { loadConfig } from '../../src/config/index.ts'
import { openPlatforms } from '../../src/platforms/index.ts'
import { cachedRoot, type BuildUser } from '../../src/sandbox/index.ts'

/** Configuration under which a house builds real packages; platform and base root are those that this machine has. */
export function localConfig(): Record<string, unknown> {
  return { 'builder.name': 'local', platforms: { host: { generated: true } }, cacheDir: sharedCache() }
}

/** Platforms and base roots take half a minute to make: all tests and the demo share them. */
export function sharedCache(): string {
  return loadConfig('/dev/null').config.cacheDir
}

/** The base root that real builds of the tests are made in, made now where it is not there yet. */
export async function hostRoot(user: BuildUser): Promise<string> {
  const cacheDir = sharedCache()
  const platforms = await openPlatforms(
    { host: { generated: true } },
    { cacheDir, user, progress: () => undefined },
  )
  const { repositories = [], buildGroup = [], srpmBuildGroup = [] } = platforms.get('host') ?? {}
  const packages = [...new Set([...buildGroup, ...srpmBuildGroup])].sort()
  return cachedRoot(user, cacheDir, { repositories, packages, platformId: 'platform:host' })
}

/** A spec that does what it is told in its sections. */
export function spec(
  name: string,
  sections: {
    build?: string
    requires?: string
    files?: string
    install?: string
    more?: string
    prep?: string
  } = {},
): string {
  const install =
    sections.install ??
    `mkdir -p %{buildroot}/usr/share/${name} && echo ${name} > %{buildroot}/usr/share/${name}/file`
  return `Name: ${name}
Version: 1.0
Release: 1%{?dist}
Summary: A package of the tests
License: MIT
BuildArch: noarch
${sections.requires ?? ''}
%description
A package of the tests.
${sections.more ?? ''}
%prep
${sections.prep ?? ''}
%build
${sections.build ?? ''}
%install
${install}
%files
${sections.files ?? `/usr/share/${name}`}
%changelog
* Sun Nov 01 2026 Tests <tests@localhost> - 1.0-1
- First
`
}
