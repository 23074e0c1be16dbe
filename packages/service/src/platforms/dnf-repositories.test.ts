import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { hostRepositories, readDnfHost } from './dnf-host.ts'
import { readRepoFile } from './dnf-repositories.ts'

const variables = new Map([
  ['releasever', '9'],
  ['basearch', 'x86_64'],
])
const read = (text: string) => readRepoFile(text, 'el.repo', variables)

test('enabled repositories have a place, in which variables are replaced', () => {
  const text = `# of the distribution
[main]
gpgcheck=1

[baseos]
name=Base - $releasever
baseurl = https://mirror.test/$releasever/BaseOS/\${basearch}/os/
  https://other.test/
gpgcheck=1
[appstream]
mirrorlist=https://mirrors.test/list?arch=$basearch
enabled=true
proxy=_none_
[crb-$basearch]
metalink: https://mirrors.test/metalink
[debug]
enabled=0
baseurl=https://$nothing
`
  expect(read(text)).toEqual([
    { id: 'baseos', place: { kind: 'baseurl', url: 'https://mirror.test/9/BaseOS/x86_64/os/' } },
    { id: 'appstream', place: { kind: 'mirrorlist', url: 'https://mirrors.test/list?arch=x86_64' } },
    { id: 'crb-x86_64', place: { kind: 'metalink', url: 'https://mirrors.test/metalink' } },
  ])
})

test('what would make another repository of it is refused', () => {
  expect(() => read('[a]\nbaseurl=https://$nothing/')).toThrow(
    'el.repo: the repository a uses $nothing, which is not defined; write its value into /etc/dnf/vars/nothing',
  )
  expect(() => read('[a]\nbaseurl=https://x\nsslclientcert=/etc/pki')).toThrow('needs sslclientcert')
  expect(() => read('[a]\nname=x')).toThrow('has no baseurl, mirrorlist or metalink')
  expect(() => read('baseurl=x')).toThrow('el.repo: line 1 is not valid in a .repo file')
})

test('a machine tells its platform, variables and repositories', async () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'mbs-dnf-host-'))
  try {
    expect(await readDnfHost(root, 'aarch64')).toEqual({
      platform: undefined,
      variables: new Map([
        ['arch', 'aarch64'],
        ['basearch', 'aarch64'],
      ]),
    })
    expect(await hostRepositories(new Map(), root)).toEqual([])
    for (const folder of ['etc/dnf/vars', 'etc/yum.repos.d'])
      mkdirSync(path.join(root, folder), { recursive: true })
    const write = (name: string, text: string) => writeFileSync(path.join(root, 'etc', name), text)
    write('os-release', 'NAME="Linux"\nVERSION_ID="9.4"\nPLATFORM_ID="platform:el9"\n')
    write('dnf/vars/stream', '9-stream\n')
    write('yum.repos.d/b.repo', '[b]\nbaseurl=https://x/$stream/$releasever/$arch\n')
    write('yum.repos.d/a.repo.rpmsave', 'old')
    const host = await readDnfHost(root, 'aarch64')
    expect(host.platform).toBe('el9')
    expect(await hostRepositories(host.variables, root)).toEqual([
      { id: 'b', place: { kind: 'baseurl', url: 'https://x/9-stream/9/aarch64' } },
    ])
  } finally {
    rmSync(root, { recursive: true })
  }
})
