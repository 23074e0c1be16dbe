/** `rpm name: host packages that form it`. A `*` stands for digits, dots and letters of a version. */
const merged: Record<string, string> = {
  acl: 'acl',
  'audit-libs': 'libaudit1 libaudit-common',
  binutils:
    'binutils binutils-common binutils-x86-64-linux-gnu binutils-aarch64-linux-gnu libbinutils libctf0 libctf-nobfd0 libgprofng0',
  'bzip2-devel': 'libbz2-dev',
  'bzip2-libs': 'libbz2-1.0',
  'cmake-data': 'cmake-data',
  cpp: 'cpp cpp-*',
  'cyrus-sasl-lib': 'libsasl2-2 libsasl2-modules-db',
  'dbus-libs': 'libdbus-1-3',
  'elfutils-debuginfod-client': 'libdebuginfod1 libdebuginfod-common',
  'elfutils-devel': 'libdw-dev',
  'elfutils-libelf': 'libelf1',
  'elfutils-libelf-devel': 'libelf-dev',
  'elfutils-libs': 'libdw1',
  expat: 'libexpat1 expat',
  'expat-devel': 'libexpat1-dev',
  'file-devel': 'libmagic-dev',
  'file-libs': 'libmagic1 libmagic-mgc',
  gcc: 'gcc gcc-* libgcc-*-dev libcc1-0',
  'gcc-c++': 'g++ g++-*',
  'gdbm-libs': 'libgdbm6 libgdbm-compat4',
  gettext: 'gettext gettext-base libgettextpo0 libasprintf0v5',
  glibc: 'libc6 libc-bin',
  'glibc-devel': 'libc6-dev libc-dev-bin',
  gmp: 'libgmp10',
  'gmp-c++': 'libgmpxx4ldbl',
  'gmp-devel': 'libgmp-dev',
  gnutls: 'libgnutls30',
  'groff-base': 'groff-base',
  isl: 'libisl*',
  jansson: 'libjansson4',
  jsoncpp: 'libjsoncpp*',
  'kernel-headers': 'linux-libc-dev',
  'keyutils-libs': 'libkeyutils1',
  'krb5-libs': 'libgssapi-krb5-2 libk5crypto3 libkrb5-3 libkrb5support0',
  libacl: 'libacl1',
  libarchive: 'libarchive13',
  libasan: 'libasan*',
  libatomic: 'libatomic1',
  libattr: 'libattr1',
  libblkid: 'libblkid1',
  libbpf: 'libbpf*',
  libbrotli: 'libbrotli1',
  libcap: 'libcap2',
  'libcap-ng': 'libcap-ng0',
  libcom_err: 'libcom-err2',
  libcurl: 'libcurl4',
  libdb: 'libdb5.3',
  libfdisk: 'libfdisk1',
  libffi: 'libffi*',
  'libffi-devel': 'libffi-dev',
  libfsverity: 'libfsverity0',
  libgcc: 'libgcc-s1 gcc-*-base',
  libgcrypt: 'libgcrypt20',
  libgomp: 'libgomp1',
  'libgpg-error': 'libgpg-error0',
  libicu: 'libicu*',
  'libicu-devel': 'libicu-dev',
  libidn2: 'libidn2-0',
  libitm: 'libitm1',
  liblsan: 'liblsan0',
  libmount: 'libmount1',
  libmpc: 'libmpc3',
  libnghttp2: 'libnghttp2-14',
  libnsl2: 'libnsl2',
  'libnsl2-devel': 'libnsl-dev',
  libpkgconf: 'libpkgconf3',
  libpsl: 'libpsl5',
  libproc2: 'libproc2-0',
  libquadmath: 'libquadmath0',
  libselinux: 'libselinux1',
  libsemanage: 'libsemanage2 libsemanage-common',
  libsepol: 'libsepol2',
  libsigsegv: 'libsigsegv2',
  libsmartcols: 'libsmartcols1',
  libssh2: 'libssh2-1',
  'libstdc++': 'libstdc++6',
  'libstdc++-devel': 'libstdc++-*-dev',
  libtasn1: 'libtasn1-6',
  libtirpc: 'libtirpc3 libtirpc-common',
  'libtirpc-devel': 'libtirpc-dev',
  libtsan: 'libtsan*',
  libubsan: 'libubsan*',
  libunistring: 'libunistring*',
  libuuid: 'libuuid1',
  'libuuid-devel': 'uuid-dev',
  libuv: 'libuv1',
  libxcrypt: 'libcrypt1',
  'libxcrypt-devel': 'libcrypt-dev',
  libxml2: 'libxml2',
  'libxml2-devel': 'libxml2-dev',
  libyaml: 'libyaml-0-2',
  'libyaml-devel': 'libyaml-dev',
  libzstd: 'libzstd1',
  'libzstd-devel': 'libzstd-dev',
  'lua-libs': 'liblua5.*-0',
  'lz4-libs': 'liblz4-1',
  mpfr: 'libmpfr6',
  ncurses: 'ncurses-bin',
  'ncurses-devel': 'libncurses-dev',
  'ncurses-libs': 'libtinfo6 libncurses6 libncursesw6',
  nettle: 'libnettle8 libhogweed6',
  openldap: 'libldap-2.5-0',
  'openssl-devel': 'libssl-dev',
  'openssl-libs': 'libssl3',
  'p11-kit': 'libp11-kit0',
  'pam-libs': 'libpam0g',
  pcre2: 'libpcre2-8-0',
  'pcre2-devel': 'libpcre2-dev',
  'pcre2-utf16': 'libpcre2-16-0',
  'pcre2-utf32': 'libpcre2-32-0',
  perl: 'perl perl-modules-* libperl*',
  'perl-interpreter': 'perl-base',
  pkgconf: 'pkg-config pkgconf pkgconf-bin',
  popt: 'libpopt0',
  'procps-ng': 'procps',
  python3: 'python3 python3-minimal python3.* python3.*-minimal',
  'python3-libs': 'libpython3-stdlib libpython3.*-stdlib libpython3.*-minimal libpython3.*',
  'python3-devel': 'python3-dev python3.*-dev libpython3-dev libpython3.*-dev',
  readline: 'libreadline8 readline-common',
  'readline-devel': 'libreadline-dev',
  rhash: 'librhash0',
  'rpcsvc-proto-devel': 'rpcsvc-proto',
  rpm: 'rpm-common rpm2cpio',
  'rpm-build': 'rpm',
  'rpm-build-libs': 'librpmbuild*',
  'rpm-devel': 'librpm-dev',
  'rpm-libs': 'librpm* librpmio* librpmsign*',
  'rtmpdump-libs': 'librtmp1',
  'shadow-utils': 'passwd login',
  sqlite: 'sqlite3',
  'sqlite-devel': 'libsqlite3-dev',
  'sqlite-libs': 'libsqlite3-0',
  'systemd-libs': 'libsystemd0 libudev1',
  'util-linux': 'util-linux util-linux-extra mount',
  xz: 'xz-utils',
  'xz-devel': 'liblzma-dev',
  'xz-libs': 'liblzma5',
  zlib: 'zlib1g',
  'zlib-devel': 'zlib1g-dev',
}

const exact = new Map<string, string>()
const patterns: { pattern: RegExp; name: string }[] = []
for (const [name, sources] of Object.entries(merged)) {
  for (const source of sources.split(' ')) {
    if (source.includes('*')) {
      const text = source.replace(/[.+]/g, '\\$&').replace('*', '[0-9][0-9a-z.]*')
      patterns.push({ pattern: new RegExp(`^${text}$`), name })
    } else exact.set(source, name)
  }
}

/** Returns the RPM name of a Debian package. A name without an entry stays, with `-devel` for `-dev`. */
export function rpmName(debian: string): string {
  // A suffix of Debian's change to 64-bit time. It does not distinguish libraries.
  const name = debian.replace(/t64$/, '')
  return (
    exact.get(name) ??
    patterns.find((entry) => entry.pattern.test(name))?.name ??
    debian.replace(/-dev$/, '-devel')
  )
}

const buildTools =
  /^\/usr\/(bin\/(gendiff|rpmbuild|rpmspec|rpmlua)$|lib\/rpm\/(brp-|check-|elfdeps|fileattrs\/|find-|fontconfig|mkinstalldirs|ocaml|perl|pkgconfigdeps|python|rpm_macros_provides|rpmdeps|rpmuncompress|script\.req|tgpg))/

/** Returns the RPM that contains a file. Debian's package rpm has the content of both rpm and rpm-build. */
export function rpmNameOfFile(debian: string, path: string): string {
  return debian === 'rpm' && !buildTools.test(path) ? 'rpm' : rpmName(debian)
}

/** Other names under which spec files require these packages. */
export const aliases: Record<string, string[]> = {
  coreutils: ['coreutils-common'],
  debianutils: ['which'],
  'gcc-c++': ['g++', 'gcc-g++'],
  glibc: ['glibc-common', 'glibc-minimal-langpack'],
  'glibc-devel': ['glibc-headers', 'glibc-static'],
  'kernel-headers': ['glibc-kernheaders'],
  'libstdc++-devel': ['libstdc++-static'],
  make: ['gmake'],
  perl: ['perl-libs', 'perl-devel'],
  pkgconf: ['pkgconf-pkg-config', 'pkgconf-m4', 'pkgconfig'],
  'rpm-build': ['perl-generators'],
  'util-linux': ['util-linux-core'],
  'zlib-devel': ['zlib-static'],
}

/** Requirements that the host's packages do not declare, because the host counts these packages as always present. */
export const handRequires: Record<string, string[]> = {
  bash: ['bash-sh', 'filesystem'],
  glibc: ['filesystem'],
  'rpm-build': [
    ...[
      'bash',
      'binutils',
      'bzip2',
      'coreutils',
      'cpio',
      'debugedit',
      'diffutils',
      'dwz',
      'elfutils',
      'file',
    ],
    ...['findutils', 'gawk', 'grep', 'gzip', 'patch', 'pkgconf', 'redhat-rpm-config', 'sed', 'tar', 'xz'],
    ...['zstd', 'unzip'],
  ],
}
