/** The choices that the macros of a platform depend on. */
export interface MacroChoice {
  /** rpm's name of the architecture. */
  arch: string
  /** Library folder of the host's multiarch layout, e.g. /usr/lib/x86_64-linux-gnu; undefined without multiarch. */
  multiarch?: string
  /** Whether dwz is available to compress debug information. */
  dwz: boolean
  /** Folder of a replacement for eu-strip, if elfutils is missing. */
  stripTools?: string
}

const machineFlags: Record<string, string> = {
  x86_64: ' -m64 -mtune=generic -fstack-clash-protection -fcf-protection',
  aarch64: ' -fstack-clash-protection',
}

/**
 * Returns the compiler flags of the platform. They go into /etc/rpmrc, because rpm takes `%optflags` from there and not
 * from a macro file.
 */
export function rpmrc(arch: string): string {
  const flags = `-O2 -g -pipe -Wall -Werror=format-security -Wp,-U_FORTIFY_SOURCE,-D_FORTIFY_SOURCE=2 -fstack-protector-strong${machineFlags[arch] ?? ''}`
  return `# Compiler flags of packages built for this platform.\noptflags: ${arch} ${flags}\n`
}

const flags = `%build_cflags %{optflags}
%build_cxxflags %{optflags}
%build_fflags %{optflags}
%build_ldflags -Wl,-z,relro -Wl,-z,now -Wl,--build-id=sha1
%__global_cflags %{build_cflags}
%__global_cxxflags %{build_cxxflags}
%__global_ldflags %{build_ldflags}
%__global_compiler_flags %{optflags}
%set_build_flags \\
  CFLAGS="\${CFLAGS:-%{build_cflags}}" ; export CFLAGS ; \\
  CXXFLAGS="\${CXXFLAGS:-%{build_cxxflags}}" ; export CXXFLAGS ; \\
  FFLAGS="\${FFLAGS:-%{build_fflags}}" ; export FFLAGS ; \\
  FCFLAGS="\${FCFLAGS:-%{build_fflags}}" ; export FCFLAGS ; \\
  LDFLAGS="\${LDFLAGS:-%{build_ldflags}}" ; export LDFLAGS ; \\
  CC="\${CC:-gcc}" ; export CC ; \\
  CXX="\${CXX:-g++}" ; export CXX
%_auto_set_build_flags 1
%__spec_build_pre %{___build_pre} %{?_auto_set_build_flags:%{set_build_flags}}
%__spec_conf_pre %{___build_pre} %{?_auto_set_build_flags:%{set_build_flags}}
%__spec_check_pre %{___build_pre} %{?_auto_set_build_flags:%{set_build_flags}}
%__spec_install_pre %{___build_pre} \\
    %{?_auto_set_build_flags:%{set_build_flags}} \\
    %{__rm} -rf "%{buildroot}" \\
    %{__mkdir_p} "%{dirname:%{buildroot}}" \\
    %{__mkdir} "%{buildroot}" \\
%{nil}
`

const debuginfo = `%_enable_debug_packages 1
%_debugsource_packages 1
%_debuginfo_subpackages 1
%_unique_build_ids 1
%_unique_debug_names 1
%_unique_debug_srcs 1
%_build_id_links compat
%install %{?_enable_debug_packages:%{?buildsubdir:%{debug_package}}}\\
%%install\\
%{nil}
%__os_install_post \\
    %{?__brp_compress} \\
    %{?__brp_elfperms} \\
    %{!?__debug_package:%{?__brp_strip} %{?__brp_strip_comment_note}} \\
    %{?__brp_strip_static_archive} \\
    %{?__brp_remove_la_files} \\
%{nil}
`

const reproducible = `%source_date_epoch_from_changelog 1
%use_source_date_epoch_as_buildtime 1
%clamp_mtime_to_source_date_epoch 1
%_buildhost localhost
%_binary_payload w3.zstdio
%_source_payload w3.zstdio
`

const places = `%_dbpath /var/lib/rpm
%_buildshell /bin/bash
%_sharedstatedir /var/lib
%_unitdir %{_prefix}/lib/systemd/system
%_tmpfilesdir %{_prefix}/lib/tmpfiles.d
%_sysusersdir %{_prefix}/lib/sysusers.d
%_pkgdocdir %{_docdir}/%{name}
%_docdir_fmt %%{NAME}
%_metainfodir %{_datadir}/metainfo
%rpmmacrodir %{_rpmconfigdir}/macros.d
%_rpmmacrodir %{_rpmconfigdir}/macros.d
%__python3 /usr/bin/python3
%ldconfig /sbin/ldconfig
%ldconfig_post(n:) %{nil}
%ldconfig_postun(n:) %{nil}
%ldconfig_scriptlets(n:) %{nil}
`

const compilation = `%_vpath_srcdir .
%_vpath_builddir %{_target_platform}
%__cmake /usr/bin/cmake
%__ctest /usr/bin/ctest
%cmake \\
  %{set_build_flags} \\
  %{__cmake} -S "%{_vpath_srcdir}" -B "%{_vpath_builddir}" \\\\\\
    -DCMAKE_C_FLAGS_RELEASE:STRING="-DNDEBUG" \\\\\\
    -DCMAKE_CXX_FLAGS_RELEASE:STRING="-DNDEBUG" \\\\\\
    -DCMAKE_VERBOSE_MAKEFILE:BOOL=ON \\\\\\
    -DCMAKE_INSTALL_DO_STRIP:BOOL=OFF \\\\\\
    -DCMAKE_INSTALL_PREFIX:PATH=%{_prefix} \\\\\\
    -DCMAKE_INSTALL_LIBDIR:PATH=%{_lib} \\\\\\
    -DCMAKE_INSTALL_SYSCONFDIR:PATH=%{_sysconfdir} \\\\\\
    -DSHARE_INSTALL_PREFIX:PATH=%{_datadir} \\\\\\
    -DBUILD_SHARED_LIBS:BOOL=ON
%cmake_build %{__cmake} --build "%{_vpath_builddir}" %{?_smp_mflags} --verbose
%cmake_install DESTDIR="%{buildroot}" %{__cmake} --install "%{_vpath_builddir}"
%ctest %{__ctest} --test-dir "%{_vpath_builddir}" --output-on-failure --force-new-ctest-process %{?_smp_mflags}
`

/**
 * Returns the macro file of the platform, for /etc/rpm/macros.platform. rpm reads /etc/rpm/macros.* after all its own
 * macro files, and in order of name, so that macros.zz-modules still comes later.
 */
export function platformMacros(choice: MacroChoice): string {
  const folders = [
    '%{_libdir}',
    '%{_prefix}/lib',
    '%{_datadir}',
    ...(choice.multiarch === undefined ? [] : [choice.multiarch]),
  ]
  const special = [
    '%dist .host',
    // Written without a backslash: the number that a macro file needs depends on the place of expansion.
    `%__pkgconfig_path ^((${folders.join('|')})/pkgconfig/.*[.]pc|%{_bindir}/pkg-config)$`,
    ...(choice.dwz
      ? ['%_find_debuginfo_dwz_opts --run-dwz --dwz-low-mem-die-limit 10000000 --dwz-max-die-limit 10000000']
      : []),
    ...(choice.stripTools === undefined
      ? []
      : [`%__find_debuginfo /usr/bin/env "PATH=${choice.stripTools}:$PATH" /usr/bin/find-debuginfo`]),
  ]
  return [
    '# Build settings of the platform made of the packages of its host.',
    `${places}${flags}${debuginfo}${reproducible}${compilation}${special.join('\n')}`,
    '',
  ].join('\n')
}
