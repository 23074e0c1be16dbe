/**
 * The packages of a platform, by the host's package names. Their dependencies are added. A seed that is not installed
 * on the host is omitted and reported.
 */
export const seeds = {
  /** For a root that compiles C and C++ and runs rpmbuild. */
  build: [
    'bash',
    'binutils',
    'bzip2',
    'coreutils',
    'cpio',
    'dash',
    'debianutils',
    'debugedit',
    'diffutils',
    'dwz',
    'elfutils',
    'file',
    'findutils',
    'g++',
    'gawk',
    'gcc',
    'grep',
    'gzip',
    'hostname',
    'libc-bin',
    'libc6',
    'libc6-dev',
    'make',
    'ncurses-base',
    'passwd',
    'patch',
    'pkg-config',
    'pkgconf',
    'python3-minimal',
    'rpm',
    'sed',
    'tar',
    'unzip',
    'util-linux',
    'xz-utils',
    'zlib1g-dev',
    'zstd',
  ],
  /** Only in the repository, for modules that require them. */
  extra: [
    'autoconf',
    'automake',
    'bc',
    'bison',
    'cmake',
    'ed',
    'flex',
    'gettext',
    'groff-base',
    'less',
    'libbz2-dev',
    'libexpat1-dev',
    'libffi-dev',
    'liblzma-dev',
    'libncurses-dev',
    'libpcre2-dev',
    'libreadline-dev',
    'libssl-dev',
    'libtool',
    'libyaml-dev',
    'libzstd-dev',
    'm4',
    'ninja-build',
    'openssl',
    'perl',
    'procps',
    'python3',
    'texinfo',
  ],
  /** The same for a host of RPM packages, where the names are already right. */
  rpm: [
    ...['bash', 'bzip2', 'coreutils', 'cpio', 'diffutils', 'file', 'findutils', 'gawk', 'gcc', 'gcc-c++'],
    ...['glibc-devel', 'glibc-minimal-langpack', 'grep', 'gzip', 'make', 'patch', 'pkgconf-pkg-config'],
    ...['redhat-rpm-config', 'rpm-build', 'sed', 'shadow-utils', 'tar', 'unzip', 'util-linux', 'which', 'xz'],
    ...['zlib-devel', 'zstd', 'autoconf', 'automake', 'bison', 'cmake', 'flex', 'gettext', 'libtool', 'm4'],
    ...['ninja-build', 'perl-interpreter', 'python3'],
  ],
}

/** The host's package management and set-up, which a root made of RPMs does not need. */
export const omitted = new Set([
  ...['adduser', 'apt', 'base-files', 'base-passwd', 'cdebconf', 'debconf', 'dpkg', 'init-system-helpers'],
  ...['install-info', 'sensible-utils', 'sysvinit-utils', 'ucf', 'libpam-runtime', 'libpam-modules'],
  ...['libpam-modules-bin', 'media-types', 'mailcap', 'mime-support'],
  ...['filesystem', 'setup', 'basesystem', 'system-release'],
])

/** The build group of a platform, by RPM name, in the order of the result. */
export const buildGroup = [
  ...['bash', 'bzip2', 'coreutils', 'cpio', 'diffutils', 'file', 'filesystem', 'findutils', 'gawk', 'gcc'],
  ...['gcc-c++', 'glibc', 'glibc-devel', 'grep', 'gzip', 'hostname', 'make', 'patch', 'pkgconf'],
  ...['pkgconf-pkg-config', 'redhat-rpm-config', 'rpm-build', 'sed', 'shadow-utils', 'system-release', 'tar'],
  ...['unzip', 'util-linux', 'which', 'xz', 'zstd'],
]

/** The packages of a root that makes source packages. */
export const srpmBuildGroup = [
  'bash',
  'redhat-rpm-config',
  'rpm-build',
  'shadow-utils',
  'system-release',
  'tar',
]
