import { mkdtemp, chmod } from 'node:fs/promises'
import path from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { removeTree } from '@mbs/service/sandbox'

test('the demo builds hello-stack from source and dnf installs it, twice', { timeout: 300_000 }, async () => {
  const folder = await mkdtemp('/var/tmp/mbs-test-demo-')
  await chmod(folder, 0o755)
  try {
    for (let times = 0; times < 2; times++) {
      const script = path.join(import.meta.dirname, '..', 'scripts', 'demo.ts')
      const { exitCode, stdout, stderr } = await execa(
        process.execPath,
        [script, '--exit', '--data', folder],
        { reject: false },
      )
      expect(exitCode, `${stdout}\n${stderr}`).toBe(0)
      for (const line of [
        'is refused: the stream is not enabled',
        'installs the default profile',
        'says Hello, dnf!',
        'finds nothing: the module filters it',
      ])
        expect(stdout).toContain(line)
    }
  } finally {
    await removeTree(folder)
  }
})
