import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { execa } from 'execa'

const spec = `
Name: demo
Version: 1
Release: 1
Summary: Something to sign
License: MIT
BuildArch: noarch
%description
Something to sign.
%install
mkdir -p %{buildroot}/usr/share/demo
echo something > %{buildroot}/usr/share/demo/file
%files
/usr/share/demo
`

/** Makes a small package with rpmbuild and returns `count` copies of it. */
export async function makePackages(folder: string, count: number): Promise<string[]> {
  await mkdir(path.join(folder, 'packages'), { recursive: true })
  await writeFile(path.join(folder, 'demo.spec'), spec)
  await execa('rpmbuild', ['-bb', '--define', `_topdir ${folder}`, path.join(folder, 'demo.spec')])
  const built = path.join(folder, 'RPMS', 'noarch', 'demo-1-1.noarch.rpm')
  const copies = Array.from({ length: count }, (_, index) =>
    path.join(folder, 'packages', `demo-${index}.rpm`),
  )
  for (const copy of copies) await copyFile(built, copy)
  return copies
}

/** Returns whether a client that knows only this key and requires signatures accepts a package. */
export async function clientVerifies(folder: string, publicKey: string, file: string): Promise<boolean> {
  const home = path.join(folder, `client-${(await readdir(folder)).length}`)
  await mkdir(home)
  await writeFile(path.join(home, 'key.asc'), publicKey)
  await execa('rpmkeys', ['--dbpath', home, '--import', path.join(home, 'key.asc')])
  const options = ['--dbpath', home, '--define', '_pkgverify_level all', '-K', file]
  const { exitCode } = await execa('rpmkeys', options, { reject: false })
  return exitCode === 0
}
