import { describe, expect, test } from 'vitest'
import { firstError } from './first-error.ts'

describe('the first error of a log', () => {
  test.each([
    [
      'a compiler’s, before what make says of it',
      'gcc -c x.c\nx.c:3:5: error: ‘y’ undeclared\nmake: *** [x.o] Error 1\nerror: Bad exit status from /var/tmp/rpm-tmp.a (%build)',
      'x.c:3:5: error: ‘y’ undeclared',
    ],
    [
      'a linker’s',
      '/usr/bin/ld: cannot find -lfoo: No such file\ncollect2: error: ld returned 1 exit status',
      '/usr/bin/ld: cannot find -lfoo: No such file',
    ],
    [
      'make’s when nothing else tells',
      'cc x\nmake: *** No rule to make target `x`.  Stop.\nerror: Bad exit status',
      'make: *** No rule to make target `x`.  Stop.',
    ],
    [
      'a configure script’s',
      'checking for zlib... no\nconfigure: error: zlib is missing\nerror: Bad exit status',
      'configure: error: zlib is missing',
    ],
    [
      'rpm’s about the spec',
      'error: line 7: Unknown tag: Licence: MIT',
      'error: line 7: Unknown tag: Licence: MIT',
    ],
    [
      'the exit status when there is nothing better',
      'ok\nerror: Bad exit status from /var/tmp/rpm-tmp.a (%check)',
      'error: Bad exit status from /var/tmp/rpm-tmp.a (%check)',
    ],
    [
      'no command that a shell only echoes',
      "+ sh -c 'echo x.c:1: error: no'\nx.c:2: error: yes",
      'x.c:2: error: yes',
    ],
    ['none in a good log', 'all is well\n', undefined],
  ])('is %s', (_, log, expected) => expect(firstError(log)).toBe(expected))
})
