import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatNvra, readRpmHeader } from '../src/index.ts'
import { buildRpms, hasRpmbuild, queryRpm } from './rpm-tools.ts'

const spec = `
Name: demo
Epoch: 3
Version: 1.2~rc1
Release: 4
Summary: Café ☕ demonstration
License: MIT and GPLv2+
ExclusiveArch: %{_host_cpu} noarch
ExcludeArch: s390 sparc
BuildRequires: bash >= 2
Requires: bash, coreutils >= 8.0-1
Requires(post): sed < 1:99
Provides: demo-thing = 7, demo-other
Conflicts: old-demo <= 1.0
Obsoletes: older-demo < 2

%description
Demonstration.

%package extra
Summary: Only a name and no files
BuildArch: noarch
%description extra
Extra.

%package empty
Summary: Nothing
%description empty
Empty.
%files empty

%install
mkdir -p %{buildroot}/usr/share/demo/deep/folder %{buildroot}/etc %{buildroot}/var/log
echo content > %{buildroot}/usr/share/demo/a
: > %{buildroot}/usr/share/demo/zero
echo more > "%{buildroot}/usr/share/demo/deep/folder/with blank and é"
echo set=1 > %{buildroot}/etc/demo.conf
ln -s ../a %{buildroot}/usr/share/demo/deep/link
for i in $(seq 300); do echo $i > %{buildroot}/usr/share/demo/deep/f$i; done

%files
%dir /usr/share/demo
/usr/share/demo/*
%config(noreplace) %attr(0640, root, daemon) /etc/demo.conf
%ghost /var/log/demo.log

%files extra
%doc /usr/share/demo/a
`

const formats = {
  name: '%{NAME}\n',
  epoch: '%{EPOCHNUM}\n',
  version: '%{VERSION}\n',
  release: '%{RELEASE}\n',
  summary: '%{SUMMARY}\n',
  license: '%{LICENSE}\n',
  buildTime: '%{BUILDTIME}\n',
  buildHost: '%{BUILDHOST}\n',
  sourceRpm: '%{SOURCERPM}\n',
  modularityLabel: '%{MODULARITYLABEL}\n',
  signatureMd5: '%{SIGMD5}\n',
  headerSha256: '%{SHA256HEADER}\n',
  payloadSize: '%{LONGARCHIVESIZE}\n',
  exclusiveArch: '[%{EXCLUSIVEARCH}\n]',
  excludeArch: '[%{EXCLUDEARCH}\n]',
  requires: '[%{REQUIRENAME}|%{REQUIREFLAGS}|%{REQUIREVERSION}\n]',
  provides: '[%{PROVIDENAME}|%{PROVIDEFLAGS}|%{PROVIDEVERSION}\n]',
  conflicts: '[%{CONFLICTNAME}|%{CONFLICTFLAGS}|%{CONFLICTVERSION}\n]',
  obsoletes: '[%{OBSOLETENAME}|%{OBSOLETEFLAGS}|%{OBSOLETEVERSION}\n]',
  files:
    '[%{FILENAMES}|%{FILEMODES}|%{LONGFILESIZES}|%{FILEDIGESTS}|%{FILEFLAGS}|%{FILELINKTOS}|%{FILEUSERNAME}|%{FILEGROUPNAME}\n]',
}

type Question = keyof typeof formats

/** Returns rpm's answer to one question, in lines. */
function ask(file: string, question: Question): string[] {
  return queryRpm(file, formats[question])
    .split('\n')
    .filter((line) => line !== '')
}

/** Returns the answers of our reader to the same questions. */
async function answers(file: string): Promise<Record<Question, string[]>> {
  const header = await readRpmHeader(file)
  const dependencies = (list: typeof header.requires) =>
    list.map(({ name, flags, version }) => `${name}|${flags}|${version}`)
  return {
    name: [header.nevra.name],
    epoch: [String(header.nevra.epoch)],
    version: [header.nevra.version],
    release: [header.nevra.release],
    summary: [header.summary],
    license: [header.license],
    buildTime: [String(header.buildTime)],
    buildHost: [header.buildHost ?? '(none)'],
    sourceRpm: [header.sourceRpm ?? '(none)'],
    modularityLabel: [header.modularityLabel ?? '(none)'],
    signatureMd5: [header.signatureMd5 ?? '(none)'],
    headerSha256: [header.headerSha256 ?? '(none)'],
    payloadSize: [String(header.payloadSize)],
    exclusiveArch: header.exclusiveArch,
    excludeArch: header.excludeArch,
    requires: dependencies(header.requires),
    provides: dependencies(header.provides),
    conflicts: dependencies(header.conflicts),
    obsoletes: dependencies(header.obsoletes),
    files: header.files.map((file) =>
      [file.path, file.mode, file.size, file.digest, file.flags, file.linkTo, file.user, file.group].join(
        '|',
      ),
    ),
  }
}

describe.skipIf(!hasRpmbuild)('what rpm says of RPMs that rpmbuild made (needs rpmbuild)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mbs-rpm-'))
  let files: string[] = []
  beforeAll(() => {
    files = buildRpms(folder, spec, { modularitylabel: 'demo:1:20200101000000:c0ffee00' })
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('the build made three packages and their source', () => {
    expect(files).toHaveLength(4)
  })

  test.for(Object.keys(formats) as Question[])('%s', async (question) => {
    for (const file of files) expect((await answers(file))[question]).toEqual(ask(file, question))
  })

  test('the file name is the NVRA, and of a source package the architecture is src', async () => {
    for (const file of files) {
      const { nevra, isSource } = await readRpmHeader(file)
      expect(file.endsWith(`/${formatNvra(nevra)}.rpm`)).toBe(true)
      expect(isSource).toBe(nevra.arch === 'src')
    }
  })

  test('ghosts and directories are told apart', async () => {
    const main = files.find((file) => file.includes('/demo-1'))
    const header = await readRpmHeader(main ?? '')
    const paths = (choose: (file: (typeof header.files)[number]) => boolean) =>
      header.files.filter(choose).map((file) => file.path)
    expect(paths((file) => file.isGhost)).toEqual(['/var/log/demo.log'])
    expect(paths((file) => file.isDirectory)).toEqual([
      '/usr/share/demo',
      '/usr/share/demo/deep',
      '/usr/share/demo/deep/folder',
    ])
  })

  test('a source package without its sources is nosrc', async () => {
    const topFolder = join(folder, 'nosrc')
    mkdirSync(join(topFolder, 'SOURCES'), { recursive: true })
    writeFileSync(join(topFolder, 'SOURCES', 'secret.tar'), '')
    const all = buildRpms(topFolder, spec.replace('License', 'Source0: secret.tar\nNoSource: 0\nLicense'))
    const source = all.find((file) => file.endsWith('.nosrc.rpm')) ?? ''
    expect((await readRpmHeader(source)).nevra.arch).toBe('nosrc')
  })
})
