/**
 * A classic BPF program for seccomp, assembled here because it is short (linux/filter.h, linux/seccomp.h). bubblewrap
 * loads it last, after its own work.
 */

interface Architecture {
  /** AUDIT_ARCH_… of linux/audit.h */
  audit: number
  syscalls: Record<string, number>
}

/** From the kernel's syscall tables: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h. */
const architectures: Partial<Record<NodeJS.Architecture, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    syscalls: {
      ioctl: 16,
      socket: 41,
      socketpair: 53,
      clone: 56,
      chown: 92,
      fchown: 93,
      lchown: 94,
      unshare: 272,
      mount: 165,
      fchownat: 260,
      setns: 308,
      add_key: 248,
      request_key: 249,
      keyctl: 250,
      perf_event_open: 298,
      bpf: 321,
      userfaultfd: 323,
      io_uring_setup: 425,
      clone3: 435,
      fsopen: 430,
      memfd_secret: 447,
    },
  },
  arm64: {
    audit: 0xc00000b7,
    syscalls: {
      ioctl: 29,
      mount: 40,
      fchownat: 54,
      fchown: 55,
      unshare: 97,
      socket: 198,
      socketpair: 199,
      add_key: 217,
      request_key: 218,
      keyctl: 219,
      clone: 220,
      perf_event_open: 241,
      setns: 268,
      bpf: 280,
      userfaultfd: 282,
      io_uring_setup: 425,
      clone3: 435,
      fsopen: 430,
      memfd_secret: 447,
    },
  },
}

const allow = 0x7fff0000
const errno = (code: number) => 0x00050000 | code
const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97]

/** The offsets in `struct seccomp_data` that the filter reads. Both architectures are little-endian. */
const offset = { number: 0, architecture: 4, argument0: 16, argument1: 24, argument3: 40 }

/** clone(2), unshare(2): CLONE_NEWUSER, and CLONE_NEWIPC, because the watch would not count memory segments in it. */
const refusedNamespaces = 0x10000000 | 0x08000000
/** mount(2): MS_BIND, MS_MOVE, MS_REMOUNT. These use an existing mount. */
const mountAgain = 0x1000 | 0x2000 | 0x20
/** mount(2): MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED. These mount no file system. */
const mountPropagation = 0x1e0000
/** mount(2): MS_MGC_VAL and above. The kernel drops the upper half of such flags. */
const mountMagic = 0xc0000000
/** socket(2): AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. */
const socketFamilies = [1, 2, 10, 16]
/** ioctl(2): pushes characters into the caller's terminal. */
const TIOCSTI = 0x5412
/** Calls of the x32 ABI have this bit and would bypass comparisons of numbers. */
const x32 = 0x40000000

interface Instruction {
  code: number
  whenTrue: number
  whenFalse: number
  value: number
}

const load = (value: number): Instruction => ({ code: 0x20, whenTrue: 0, whenFalse: 0, value })
const answer = (value: number): Instruction => ({ code: 0x06, whenTrue: 0, whenFalse: 0, value })
const ifEqual = (value: number, whenTrue: number, whenFalse: number): Instruction => ({
  code: 0x15,
  whenTrue,
  whenFalse,
  value,
})
const ifAtLeast = (value: number, whenTrue: number, whenFalse: number): Instruction => ({
  code: 0x35,
  whenTrue,
  whenFalse,
  value,
})
const ifAnyBit = (value: number, whenTrue: number, whenFalse: number): Instruction => ({
  code: 0x45,
  whenTrue,
  whenFalse,
  value,
})

/**
 * Returns the filter of a sandbox.
 *
 * It refuses new user namespaces in every form and new IPC namespaces, new file systems, keyrings, bpf, perf,
 * userfaultfd, io_uring, memory that no other process can read (memfd_secret), typing into a terminal, calls of a
 * foreign architecture, and rare socket families. One of these families (vsock) ignores network namespaces, and so
 * leads to the host; the others are parts of the kernel that no build needs.
 *
 * With `pretendChown`, changes of owner succeed without effect: an installation in a namespace with one user could not
 * perform them, and the owners of package files do not matter there.
 */
export function seccompFilter(options: { pretendChown: boolean }): Buffer {
  const architecture = architectures[process.arch]
  if (architecture === undefined) throw new Error(`no seccomp filter is known for ${process.arch}`)
  const { audit, syscalls } = architecture
  const program: Instruction[] = [
    load(offset.architecture),
    ifEqual(audit, 1, 0),
    answer(errno(ENOSYS)),
    load(offset.number),
    ifAtLeast(x32, 0, 1),
    answer(errno(ENOSYS)),
  ]
  const on = (name: string, ...then: Instruction[]) => {
    const number = syscalls[name]
    if (number !== undefined) program.push(ifEqual(number, 0, then.length), ...then)
  }
  for (const name of ['clone', 'unshare'])
    on(name, load(offset.argument0), ifAnyBit(refusedNamespaces, 0, 1), answer(errno(EPERM)), answer(allow))
  // The flags of clone3 are behind a pointer. Without the call the C library falls back to clone.
  on('clone3', answer(errno(ENOSYS)))
  on('ioctl', load(offset.argument1), ifEqual(TIOCSTI, 0, 1), answer(errno(EPERM)), answer(allow))
  // An installation may mount in its own namespace, and the watch would not count an in-memory file system there.
  on(
    'mount',
    load(offset.argument3),
    ifAnyBit(mountAgain, 3, 0),
    ifAtLeast(mountMagic, 1, 0),
    ifAnyBit(mountPropagation, 1, 0),
    answer(errno(EPERM)),
    answer(allow),
  )
  const isKnown = socketFamilies.map((family, index) => ifEqual(family, socketFamilies.length - index, 0))
  for (const name of ['socket', 'socketpair'])
    on(name, load(offset.argument0), ...isKnown, answer(errno(EAFNOSUPPORT)), answer(allow))
  for (const name of [
    'setns',
    'add_key',
    'request_key',
    'keyctl',
    'perf_event_open',
    'bpf',
    'userfaultfd',
    'io_uring_setup',
    'memfd_secret',
    'fsopen',
  ])
    on(name, answer(errno(EPERM)))
  if (options.pretendChown)
    for (const name of ['chown', 'fchown', 'lchown', 'fchownat']) on(name, answer(errno(0)))
  program.push(answer(allow))
  return assemble(program)
}

function assemble(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8)
  for (const [index, { code, whenTrue, whenFalse, value }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(whenTrue, index * 8 + 2)
    bytes.writeUInt8(whenFalse, index * 8 + 3)
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4)
  }
  return bytes
}
