import { platformMacros, rpmrc } from './macros.ts'
import type { MacroChoice } from './macros.ts'
import type { GeneratedEntry, GeneratedRpm } from './spec.ts'
import { stripTool } from './strip-tool.ts'

/** The facts about the host that the generated packages contain. */
export interface BaseChoice extends Omit<MacroChoice, 'stripTools'> {
  /** PRETTY_NAME and VERSION_ID of the host's os-release. */
  hostName: string
  hostVersion: string
  /** Whether the platform makes /bin/sh bash. Otherwise the packages of the host bring their own. */
  shell: boolean
  /** Whether eu-strip is among the packages taken from the host. */
  euStrip: boolean
}

const folders = `
/ /dev /etc /etc/alternatives /etc/ld.so.conf.d /etc/opt /etc/profile.d /etc/rpm /etc/skel /home /mnt /opt
/root /run /srv /usr /usr/bin /usr/include /usr/lib /usr/lib/debug /usr/lib64 /usr/lib64/pkgconfig
/usr/libexec /usr/local /usr/local/bin /usr/local/etc /usr/local/include /usr/local/lib /usr/local/lib64
/usr/local/libexec /usr/local/sbin /usr/local/share /usr/local/src /usr/sbin /usr/share /usr/share/doc
/usr/share/info /usr/share/licenses /usr/share/locale /usr/share/man /usr/share/misc /usr/share/pkgconfig
/usr/share/man/man1 /usr/share/man/man2 /usr/share/man/man3 /usr/share/man/man4 /usr/share/man/man5
/usr/share/man/man6 /usr/share/man/man7 /usr/share/man/man8 /usr/share/man/man9
/usr/src /var /var/cache /var/empty /var/lib /var/lib/misc /var/log /var/mail /var/opt /var/spool
`
  .trim()
  .split(/\s+/)

const modes: Record<string, number> = {
  '/proc': 0o555,
  '/sys': 0o555,
  '/root': 0o700,
  '/tmp': 0o1777,
  '/var/tmp': 0o1777,
}

const links: Record<string, string> = {
  '/bin': 'usr/bin',
  '/lib': 'usr/lib',
  '/lib64': 'usr/lib64',
  '/sbin': 'usr/sbin',
  '/var/lock': '../run/lock',
  '/var/run': '../run',
  '/etc/mtab': '../proc/self/mounts',
}

const users = `root:x:0:0:root:/root:/bin/bash
bin:x:1:1:bin:/bin:/usr/sbin/nologin
daemon:x:2:2:daemon:/sbin:/usr/sbin/nologin
mail:x:8:12:mail:/var/spool/mail:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/:/usr/sbin/nologin
mockbuild:x:1000:1000:builder of packages:/builddir:/bin/bash
`

const groups = `root:x:0:
bin:x:1:
daemon:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
mem:x:8:
kmem:x:9:
wheel:x:10:
mail:x:12:
man:x:15:
utmp:x:22:
users:x:100:
mockbuild:x:1000:
nobody:x:65534:
`

const texts: Record<string, string> = {
  '/etc/passwd': users,
  '/etc/group': groups,
  '/etc/hosts': '127.0.0.1 localhost localhost.localdomain\n::1 localhost localhost.localdomain\n',
  '/etc/nsswitch.conf':
    'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n',
  '/etc/profile':
    'PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin\nexport PATH\nfor i in /etc/profile.d/*.sh; do [ -r "$i" ] && . "$i"; done\nunset i\n',
  '/etc/shells': '/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n',
  // The host's loader knows its multiarch folders, but not the folder of %{_libdir}.
  '/etc/ld.so.conf.d/lib64.conf': '/usr/lib64\n',
}

const file = (path: string, text: string, mode = 0o644): GeneratedEntry => ({ path, text, mode })

/** Paths that belong to the base packages. No package of the host may contain them again. */
export const basePaths: ReadonlySet<string> = new Set([
  ...folders,
  ...Object.keys(modes),
  ...Object.keys(links),
  ...Object.keys(texts),
])

function filesystem(version: string): GeneratedRpm {
  return {
    name: 'filesystem',
    version,
    release: '0.host',
    summary: 'Folders, directory links and accounts of a root',
    requires: [],
    provides: ['setup', 'basesystem', 'base-files'],
    entries: [
      ...[...folders, ...Object.keys(modes)]
        .sort()
        .filter((path, at, all) => all.indexOf(path) === at)
        .map((path) => ({ path, mode: modes[path] ?? 0o755 })),
      ...Object.entries(links).map(([path, target]) => ({ path, target, mode: 0o777 })),
      ...Object.entries(texts).map(([path, text]) => file(path, text)),
    ],
  }
}

const toolFolder = '/usr/lib/rpm/redhat/bin'

function rpmConfig(choice: BaseChoice, version: string): GeneratedRpm {
  const macros = platformMacros({ ...choice, ...(choice.euStrip ? {} : { stripTools: toolFolder }) })
  return {
    name: 'redhat-rpm-config',
    version,
    release: '0.host',
    summary: 'Build settings of the platform',
    requires: ['filesystem', '/usr/bin/bash'],
    provides: ['system-rpm-config', 'cmake-rpm-macros'],
    entries: [
      file('/etc/rpm/macros.platform', macros),
      file('/etc/rpmrc', rpmrc(choice.arch)),
      { path: '/usr/lib/rpm/redhat', mode: 0o755 },
      ...(choice.euStrip
        ? []
        : [{ path: toolFolder, mode: 0o755 }, file(`${toolFolder}/eu-strip`, stripTool, 0o755)]),
    ],
  }
}

function release(choice: BaseChoice): GeneratedRpm {
  const version = choice.hostVersion
  const osRelease = [
    'NAME="Host platform"',
    'ID=host',
    `VERSION_ID=${version}`,
    `PRETTY_NAME="Platform made of the packages of ${choice.hostName.replace(/["\\$`]/g, '')}"`,
    'PLATFORM_ID="platform:host"',
    '',
  ].join('\n')
  return {
    name: 'system-release',
    version,
    release: '0.host',
    summary: 'Release files of the platform',
    requires: ['filesystem'],
    provides: [
      `system-release(${version})`,
      'base-module(platform:host)',
      `system-release(releasever) = ${version}`,
    ],
    entries: [
      file('/usr/lib/os-release', osRelease),
      { path: '/etc/os-release', target: '../usr/lib/os-release', mode: 0o777 },
      file('/etc/system-release', `Host platform ${version}\n`),
    ],
  }
}

/** Debian's sh is dash. Build scripts written for Fedora expect bash. */
function shell(version: string): GeneratedRpm {
  return {
    name: 'bash-sh',
    version,
    release: '0.host',
    summary: 'The shell of the platform is bash',
    requires: ['bash'],
    provides: ['/bin/sh'],
    entries: [{ path: shellPath, target: 'bash', mode: 0o777 }],
  }
}

/** The path of the platform's own sh, which replaces the host's. */
export const shellPath = '/usr/bin/sh'

/** Returns the packages that no package of the host can replace. */
export function baseRpms(choice: BaseChoice): GeneratedRpm[] {
  const version = choice.hostVersion
  return [
    filesystem(version),
    rpmConfig(choice, version),
    release(choice),
    ...(choice.shell ? [shell(version)] : []),
  ]
}
