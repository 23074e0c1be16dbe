import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import type { AddressInfo } from 'node:net'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostRoot, sharedCache } from '../../test/support/local.ts'
import { processesOf } from '../../test/support/processes.ts'
import {
  buildUser,
  limitsOf,
  removeTree,
  requireSandbox,
  runConfined,
  type Confinement,
  type Limits,
} from './index.ts'

const user = buildUser(64_000)
let root: string
let folder: string

beforeAll(async () => {
  root = await hostRoot(user)
  folder = await mkdtemp(path.join(os.tmpdir(), 'mbs-test-sandbox-'))
  await chmod(folder, 0o755)
})
afterAll(() => removeTree(folder))

/** Runs a script in a fresh overlay over the base root, as a spec's sections run. */
async function run(script: string, changes: Partial<Confinement> = {}, limits?: Partial<Limits>) {
  const place = await mkdtemp(path.join(folder, 'run-'))
  const [upper, build] = [path.join(place, 'upper'), path.join(place, 'build')]
  for (const name of [place, upper, build]) {
    await mkdir(name, { recursive: true })
    await chmod(name, 0o755)
    if (user.uid !== undefined) await chown(name, user.uid, user.uid)
  }
  const confinement: Confinement = {
    root: { kind: 'layers', lower: [root], folder: place },
    identity: 'builder',
    binds: [{ path: build, at: '/tmp/build', writable: true }],
    ...changes,
  }
  const limited = limits === undefined ? user : { ...user, limits: { ...generous, ...limits } }
  const log = path.join(folder, `${path.basename(place)}.log`)
  return { build, upper, log, ...(await runConfined(limited, confinement, ['sh', '-c', script], { log })) }
}

const generous = limitsOf({
  memoryMegabytesMax: 4096,
  processesMax: 1000,
  diskMegabytesMax: 1000,
  filesMax: 100_000,
  logMegabytesMax: 100,
  installMinutesMax: 1,
})
const megabyte = 1024 * 1024

/** Returns a script that runs these lines of Python and keeps the resources for a while. */
function python(line: string): string {
  return `/usr/bin/python3 -c 'import ctypes, mmap, os, threading, time; block = b"x" * (1 << 20); ${line}; time.sleep(20)'`
}

describe('a program in the sandbox', () => {
  test('is an unprivileged user without capabilities who can get none', async () => {
    const { stdout } = await run('id -u; grep -E "^(CapEff|CapPrm|NoNewPrivs|Seccomp):" /proc/self/status')
    expect(stdout).toBe(
      '1000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n',
    )
  })

  test('cannot make a user namespace, neither by unshare nor by clone', async () => {
    const { stdout } = await run('unshare --user true 2>&1; unshare --user --map-root-user --mount true 2>&1')
    expect(stdout.match(/Operation not permitted/g)).toHaveLength(2)
  })

  test('is refused a user namespace by the filter alone, before the kernel’s limit is asked', async () => {
    // Runs as root of its own namespace with the host's programs: python calls clone(2) itself with CLONE_NEWUSER.
    const program = `import ctypes;c=ctypes.CDLL(None,use_errno=True);print(c.syscall(${process.arch === 'x64' ? 56 : 220},0x10000000|17,0,0,0,0),ctypes.get_errno(),c.syscall(435,0,0),ctypes.get_errno())`
    const result = await runConfined(user, { root: { kind: 'host' }, identity: 'root' }, [
      '/usr/bin/python3',
      '-c',
      program,
    ])
    // EPERM for clone with the flag, ENOSYS for clone3 in every form.
    expect(result.stdout).toBe('-1 1 -1 38\n')
  })

  test('makes no sockets but of the usual kinds, so that none leads to the host or its hypervisor', async () => {
    const program = `import errno,socket
def answer(make, family):
  try: return make(family, socket.SOCK_DGRAM) and 'made'
  except OSError as error: return errno.errorcode[error.errno]
rest = set(range(64)) - {1, 2, 10, 16}
print([answer(socket.socket, family) for family in (1, 2, 10, 16)], {answer(make, family) for make in (socket.socket, socket.socketpair) for family in rest})`
    const place = { root: { kind: 'host' }, identity: 'root' } as const
    const { stdout } = await runConfined(user, place, ['/usr/bin/python3', '-c', program])
    expect(stdout).toBe("['made', 'made', 'made', 'made'] {'EAFNOSUPPORT'}\n")
  })

  test('cannot have memory that nobody else can look into', async () => {
    const program =
      'import ctypes;c=ctypes.CDLL(None,use_errno=True);print(c.syscall(447,0),ctypes.get_errno())'
    const place = { root: { kind: 'host' }, identity: 'root' } as const
    const { stdout } = await runConfined(user, place, ['/usr/bin/python3', '-c', program])
    expect(stdout).toBe('-1 1\n')
  })

  test('that installs packages may mount what is there, and no new file system or segments that nobody counts', async () => {
    const program = `import ctypes,os
c=ctypes.CDLL(None,use_errno=True)
def answer(*call): ctypes.set_errno(0); return os.strerror(ctypes.get_errno()) if c.syscall(*call) == -1 else 'done'
os.mkdir('/tmp/m')
tmpfs=lambda flags: answer(MOUNT,b'none',b'/tmp/m',b'tmpfs',ctypes.c_ulong(flags),None)
print(answer(UNSHARE,0x20000), tmpfs(0), tmpfs(0xc0ed0000), tmpfs(0x1), answer(430,b'tmpfs',0), answer(UNSHARE,0x08000000))
print(answer(MOUNT,None,b'/',None,ctypes.c_ulong(0x44000),None), answer(MOUNT,b'/usr',b'/tmp/m',None,ctypes.c_ulong(0x1000),None))`
    const [mount, unshare] = process.arch === 'x64' ? [165, 272] : [40, 97]
    const script = program.replaceAll('MOUNT', String(mount)).replaceAll('UNSHARE', String(unshare))
    const place = { root: { kind: 'host' }, identity: 'root' } as const
    const { stdout } = await runConfined(user, place, ['/usr/bin/python3', '-c', script])
    const refused = Array.from({ length: 5 }, () => 'Operation not permitted').join(' ')
    expect(stdout).toBe(`done ${refused}\ndone done\n`)
  })

  test('has no network, not even to this machine', async () => {
    const server = createServer((_, response) => response.end('here')).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const { code, stdout } = await run(`exec 3<>/dev/tcp/127.0.0.1/${port} && echo reached`)
    server.close()
    expect(code).not.toBe(0)
    expect(stdout).toBe('')
  })

  test('sees nothing of the host but what it is shown, and writes only where it may', async () => {
    await writeFile(path.join(folder, 'secret'), 'secret')
    const { stdout, build, upper } = await run(
      `cat ${folder}/secret; find /root /home -mindepth 1; touch /usr/bin/gcc && echo wrote; echo kept > /tmp/build/file; echo gone > /tmp/other`,
    )
    expect(stdout).toBe('')
    expect(await readFile(path.join(build, 'file'), 'utf8')).toBe('kept\n')
    await expect(readFile(path.join(upper, 'tmp/other'))).rejects.toThrow()
  })

  test('sees none of the host’s processes and dies with all its children when it takes too long', async () => {
    expect((await run('ls -d /proc/[0-9]* | wc -l')).stdout.trim()).toMatch(/^[1-6]$/)
    const place = { root: { kind: 'host' }, identity: 'builder' } as const
    const result = await runConfined(user, place, ['sh', '-c', 'setsid sleep 987654 & sleep 987654'], {
      timeoutMs: 500,
    })
    expect(result).toMatchObject({ timedOut: true })
    expect(await processesOf('sleep 987654')).toEqual([])
  })

  test('cannot read a secret or a path of the service anywhere', async () => {
    process.env['MBS_TEST_SECRET'] = 'a-secret-of-the-service'
    const look = [
      'env',
      'for file in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do tr "\\0" "\\n" < $file; done',
      'cat /proc/[0-9]*/mountinfo /proc/[0-9]*/mounts',
      'ls -l /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/exe /proc/[0-9]*/fd/',
    ].join('; ')
    const shown = await mkdtemp(path.join(folder, 'shown-'))
    const { stdout } = await run(look)
    const install = await run(look, {
      identity: 'root',
      writableRoot: true,
      binds: [{ path: shown, at: '/tmp/packages', writable: false }],
    })
    delete process.env['MBS_TEST_SECRET']
    for (const seen of [stdout, install.stdout]) {
      expect(seen).toContain('/tmp')
      for (const hidden of [
        'a-secret-of-the-service',
        path.basename(folder),
        sharedCache(),
        'mbs',
        process.cwd(),
      ])
        expect(seen).not.toContain(hidden)
    }
  })

  test('that installs packages may write into its root, and owners do not matter', async () => {
    const { stdout, code } = await run(
      'touch /usr/new && chown 33:44 /usr/new && ls -n /usr/new | cut -d" " -f3,4',
      { identity: 'root', writableRoot: true },
    )
    expect({ stdout, code }).toEqual({ stdout: '0 0\n', code: 0 })
  })

  test('is not started if a package made a mount point a link, and nothing is created behind the link', async () => {
    const victim = await mkdtemp(path.join(folder, 'victim-'))
    await chmod(victim, 0o777)
    for (const [mountPoint, target] of [
      ['/builddir', `/oldroot${victim}`],
      ['/builddir', `/oldroot${root}/usr`],
      ['/builddir', '/proc/self/cwd'],
      ['/var/tmp', '/oldroot/sandbox/work'],
      ['/var', '/oldroot/sandbox/work'],
      ['/proc', '/etc'],
    ] as const) {
      const place = await mkdtemp(path.join(folder, 'run-'))
      await chmod(place, 0o755)
      if (user.uid !== undefined) await chown(place, user.uid, user.uid)
      const layers = { kind: 'layers', lower: [root], folder: place } as const
      if (mountPoint === '/builddir') {
        const asRoot = { root: layers, identity: 'root', writableRoot: true } as const
        await runConfined(user, asRoot, ['ln', '-s', target, mountPoint])
      } else {
        // The path is in use while a program runs there, so the test puts the link where a program would have left it.
        await mkdir(path.join(place, 'upper', path.dirname(mountPoint)), { recursive: true })
        await symlink(target, path.join(place, 'upper', mountPoint))
      }
      const binds = [{ path: path.join(place, 'build'), at: '/builddir/build', writable: true }]
      await mkdir(path.join(place, 'build'))
      await expect(runConfined(user, { root: layers, identity: 'builder', binds }, ['true'])).rejects.toThrow(
        /^\/\S+ in the build root must be a folder, not a link; a package/,
      )
    }
    expect(await readdir(victim)).toEqual([])
    expect(existsSync(path.join(root, 'usr/build'))).toBe(false)
  })

  test('leaves the base root unchanged', async () => {
    await run('rm -rf /usr/include', { identity: 'root', writableRoot: true })
    expect((await run('ls /usr/include/stdio.h')).stdout).toBe('/usr/include/stdio.h\n')
  })
})

describe.concurrent('a program that exceeds a limit is killed, and the error names the limit: it', () => {
  const memory = 'used more than 100 MB of memory (builder.memoryMegabytesMax)'
  test.each<[string, string, Partial<Limits>, string]>([
    [
      'takes more memory',
      // The program keeps the memory, because a fast machine could finish between two looks.
      python('block *= 200; time.sleep(20)'),
      { memoryBytesMax: 100 * megabyte },
      memory,
    ],
    [
      'fills a file system in memory',
      'head -c 400M /dev/zero > /tmp/large; sleep 60',
      { memoryBytesMax: 100 * megabyte },
      memory,
    ],
    [
      'writes into memory that is a file without a name, and never maps it',
      python('fd = os.memfd_create("x"); [os.write(fd, block) for _ in range(200)]'),
      { memoryBytesMax: 100 * megabyte },
      memory,
    ],
    [
      'fills segments that it detaches from',
      python(
        'c = ctypes.CDLL(None); c.shmat.restype = ctypes.c_void_p; p = c.shmat(c.shmget(0, 200 << 20, 0o1600), None, 0); ctypes.memset(p, 1, 200 << 20); c.shmdt(ctypes.c_void_p(p))',
      ),
      { memoryBytesMax: 100 * megabyte },
      memory,
    ],
    [
      'takes memory in a process whose first thread has ended',
      python(
        'block *= 200; threading.Thread(target=time.sleep, args=(20,)).start(); ctypes.CDLL(None).pthread_exit(None)',
      ),
      { memoryBytesMax: 100 * megabyte },
      memory,
    ],
    [
      'starts more processes',
      'for number in $(seq 60); do sleep 60 & done; wait',
      { processesMax: 50 },
      'ran more than 50 processes at a time (builder.processesMax)',
    ],
    [
      'starts so many that no more can be started',
      'for number in $(seq 600); do sleep 60 & done; wait',
      { processesMax: 50 },
      'ran more than 50 processes at a time (builder.processesMax)',
    ],
    [
      'fills the disk',
      'for number in $(seq 4); do head -c 90M /dev/zero > /tmp/build/$number; done; sleep 60',
      { diskBytesMax: 100 * megabyte },
      'used more than 100 MB of the disk (builder.diskMegabytesMax)',
    ],
    [
      'fills the disk with files that it deletes while they are open',
      'cd /tmp/build; for number in 4 5 6 7; do eval "exec $number> file"; head -c 50M /dev/zero >&$number; rm file; done; sleep 20',
      { diskBytesMax: 100 * megabyte },
      'used more than 100 MB of the disk (builder.diskMegabytesMax)',
    ],
    [
      'makes more files',
      'cd /tmp/build; mkdir closed; cd closed; touch $(seq 3000); chmod 0 .; sleep 20',
      { filesMax: 2000 },
      'made more than 2000 files (builder.filesMax)',
    ],
    [
      'prints without end',
      'yes',
      { logBytesMax: megabyte },
      'printed more than 1 MB (builder.logMegabytesMax)',
    ],
  ])('%s', async (_, script, limits, exceeded) => {
    const result = await run(script, {}, limits)
    expect(result).toMatchObject({ exceeded, timedOut: false })
    expect((await stat(result.log)).size).toBeLessThanOrEqual(megabyte)
  })
})

// Only root can see which file a mapping belongs to.
test.runIf(process.getuid?.() === 0)(
  'a program in the sandbox is ended when it keeps memory by a mapping alone, which it never touches',
  async () => {
    const script = python(
      'fd = os.memfd_create("x"); [os.write(fd, block) for _ in range(200)]; kept = mmap.mmap(fd, 4096); os.close(fd)',
    )
    const { exceeded } = await run(script, {}, { memoryBytesMax: 100 * megabyte })
    expect(exceeded).toBe('used more than 100 MB of memory (builder.memoryMegabytesMax)')
  },
)

test('a program in the sandbox may use what it is allowed to, also memory that its processes share', async () => {
  // A shell with 60 MB of its own forks itself. If each process counted in full, the total would exceed the limit.
  const script =
    'x=$(head -c 30000000 /dev/zero | tr "\\0" x); for number in $(seq 20); do (read -t 2 y <> <(:)) & done; wait; echo fine'
  const result = await run(`exec bash -c '${script}'`, {}, { memoryBytesMax: 400 * megabyte })
  expect(result).toMatchObject({ code: 0, stdout: 'fine\n', exceeded: null })
})

test('a program in the sandbox can make no file that is larger than its disk, not even one of nothing', async () => {
  const { code, build } = await run('truncate -s 1T /tmp/build/large', {}, {})
  expect(code).not.toBe(0)
  expect((await stat(path.join(build, 'large'))).size).toBe(0)
})

test('what a program in the sandbox leaves is removed, however deep it is and whoever may enter it', async () => {
  // Just short enough for a path inside the sandbox, and too long for one outside.
  const name = 'x'.repeat(203)
  const { code, build } = await run(
    `cd /tmp/build; for level in $(seq 20); do mkdir ${name} && cd ${name} || exit; done; chmod 0 .`,
  )
  expect(code).toBe(0)
  await removeTree(build)
  expect(existsSync(build)).toBe(false)
})

test('where programs can be confined, that is found out without a word', async () => {
  await requireSandbox(user)
})

test('where the kernel forbids it, one sentence says so and what allows it', async () => {
  // A process may forbid itself further namespaces inside its own user namespace.
  const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
  const ask = `import { requireSandbox } from ${JSON.stringify(path.join(import.meta.dirname, 'index.ts'))}
    await requireSandbox({ uid: undefined }).catch((error) => console.log(error.message))`
  const { stdout } = await execa('unshare', [
    ...['--user', '--map-root-user', 'sh', '-c', forbid, 'forbidden'],
    ...[process.execPath, '--input-type=module', '--eval', ask],
  ])
  expect(stdout).toMatch(
    /^sandbox: this kernel or container allows no unprivileged user namespaces.*sysctl user\.max_user_namespaces/,
  )
})
