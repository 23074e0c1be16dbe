import { loadConfig } from '../../src/config/index.ts'
import { openPlatforms } from '../../src/platforms/index.ts'
import { cachedRoot, type BuildUser } from '../../src/sandbox/index.ts'

/** Returns the configuration of a house that builds real packages; platform and base root come from this machine. */
export function localConfig(): Record<string, unknown> {
  return { 'builder.name': 'local', platforms: { host: { generated: true } }, cacheDir: sharedCache() }
}

/** Returns the shared cache of all tests and the demo. Making platforms and base roots takes half a minute. */
export function sharedCache(): string {
  return loadConfig('/dev/null').config.cacheDir
}

/** Returns the base root of the tests' real builds, and makes it if it is missing. */
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

/** Returns a spec with the given sections. */
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
