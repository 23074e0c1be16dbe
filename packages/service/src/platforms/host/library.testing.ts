/** A small C library as a source package, which uses everything that spec files usually expect from a platform. */
export const librarySources: Record<string, string> = {
  'foo-1.2/foo.c': '#include "foo.h"\nint foo_answer(void) { return 42; }\n',
  'foo-1.2/foo.h': 'int foo_answer(void);\n',
  'foo-1.2/use.c':
    '#include <stdio.h>\n#include "foo.h"\nint main(void) { printf("%d\\n", foo_answer()); return 0; }\n',
  'foo-1.2/LICENSE': 'Do what you like.\n',
  'foo-1.2/foo.pc.in':
    'libdir=@libdir@\nName: foo\nDescription: an answer\nVersion: 1.2\nRequires: zlib\nLibs: -lfoo\n',
  'foo-1.2/greet': '#!/bin/sh\necho hello\n',
  'foo-1.2/count': '#!/usr/bin/perl\nuse 5.010;\nuse strict;\nuse Getopt::Long;\n',
  'foo-1.2/Makefile': `LIB = libfoo.so.1.2
all: $(LIB) use
$(LIB): foo.c foo.h
	$(CC) $(CFLAGS) -fPIC -shared -Wl,-soname,libfoo.so.1 $(LDFLAGS) -o $@ foo.c
use: use.c $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ use.c ./$(LIB)
check: all
	ln -sf $(LIB) libfoo.so.1
	test "$$(LD_LIBRARY_PATH=. ./use)" = 42
install: all
	install -D -m 755 $(LIB) $(DESTDIR)$(LIBDIR)/$(LIB)
	ln -s $(LIB) $(DESTDIR)$(LIBDIR)/libfoo.so.1
	ln -s libfoo.so.1 $(DESTDIR)$(LIBDIR)/libfoo.so
	install -D -m 644 foo.h $(DESTDIR)/usr/include/foo.h
	install -D -m 755 use $(DESTDIR)/usr/bin/use-foo
	install -m 755 greet count $(DESTDIR)/usr/bin
	mkdir -p $(DESTDIR)$(LIBDIR)/pkgconfig
	sed 's,@libdir@,$(LIBDIR),' foo.pc.in > $(DESTDIR)$(LIBDIR)/pkgconfig/foo.pc
`,
  'foo.spec': `Name: foo
Version: 1.2
Release: 1%{?dist}
Summary: A small library
License: MIT
Source0: foo-1.2.tar.gz
BuildRequires: gcc
BuildRequires: make
BuildRequires: zlib-devel

%description
A small library.

%package devel
Summary: Development files
Requires: %{name}%{?_isa} = %{version}-%{release}

%description devel
Development files.

%prep
%autosetup

%build
%make_build

%install
%make_install LIBDIR=%{_libdir}

%check
make check

%ldconfig_scriptlets

%files
%license LICENSE
%{_libdir}/libfoo.so.1*
%{_bindir}/use-foo
%{_bindir}/greet
%{_bindir}/count

%files devel
%{_includedir}/foo.h
%{_libdir}/libfoo.so
%{_libdir}/pkgconfig/foo.pc

%changelog
* Mon Jan 06 2025 Somebody <somebody@example.org> - 1.2-1
- First
`,
}
