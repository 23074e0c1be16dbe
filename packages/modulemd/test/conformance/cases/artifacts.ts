import { type Topic, refused, refusedStrictly, taken } from '../case.ts'
import { streamV2 } from '../texts.ts'

const rpms = (...nevras: string[]) =>
  streamV2('artifacts:', '  rpms:', ...nevras.map((nevra) => `  - '${nevra}'`))
const map = (text: string) => streamV2(`artifacts: {rpm-map: ${text}}`)
const entry = (text: string) => map(`{sha256: {ab: ${text}}}`)
const PARTS = { name: 'a', epoch: '0', version: '1', release: '2', arch: 'x', nevra: '"a-0:1-2.x"' }
const entryOf = (parts: Partial<typeof PARTS>) =>
  entry(
    `{${Object.entries(parts)
      .map(([key, value]) => `${key}: ${value}`)
      .join(', ')}}`,
  )
const without = (lacking: keyof typeof PARTS) =>
  entryOf(Object.fromEntries(Object.entries(PARTS).filter(([key]) => key !== lacking)))
const RPMS = 'data.artifacts.rpms'
const ENTRY = 'data.artifacts.rpm-map.sha256.ab'

/** The built packages: NEVRAs and the map of packages. */
export const artifacts: Topic = {
  title: 'artifacts and rpm-map',
  reader: 'index',
  cases: [
    taken('no artifact', streamV2('artifacts: {}')),
    taken('NEVRAs', rpms('a-0:1-1.x86_64', 'a-b-c-12:1.2~rc1-1.el8+1.noarch', 'a-0:1-1.src')),
    taken('one NEVRA without list', streamV2('artifacts: {rpms: "a-0:1-1.x"}')),
    taken('a NEVRA without name', rpms('-0:1-1.x')),
    taken('a NEVRA without version, release and architecture', rpms('a-0:-.')),
    taken('a NEVRA of an architecture that does not exist', rpms('a-0:1-1.y')),
    taken('an epoch with a letter behind', rpms('a-0b:1-1.x')),
    refused('a NEVRA without epoch', rpms('a-0:1-1.x', 'b-1-1.x'), 'value', RPMS),
    refused('a NEVRA with an empty epoch', rpms('a-:1-1.x'), 'value', RPMS),
    refused('a letter as epoch', rpms('a-b:1-1.x'), 'value', RPMS),
    refused('a NEVRA without the dash of the name', rpms('0:1-1.x'), 'value', RPMS),
    refused('a NEVRA without architecture', rpms('a-0:1-1'), 'value', RPMS),
    refused('a NEVRA without release', rpms('a-0:1.x'), 'value', RPMS),
    refused('an epoch before the name', rpms('0:a-1-1.x'), 'value', RPMS),
    refused('an empty NEVRA', rpms(''), 'value', RPMS),
    refused('a name as NEVRA', rpms('a'), 'value', RPMS),
    refused('a map as NEVRA', streamV2('artifacts: {rpms: [{a: b}]}'), 'type', `${RPMS}.0`),
    refused('nothing as artifacts', streamV2('artifacts:'), 'type', 'data.artifacts'),
    refused('a text as artifacts', streamV2('artifacts: a'), 'type', 'data.artifacts'),
    refused('a list as artifacts', streamV2('artifacts: [a-0:1-1.x]'), 'type', 'data.artifacts'),
    refusedStrictly(
      'an unknown kind of artifact',
      streamV2('artifacts: {debs: []}'),
      'unknown-key',
      'data.artifacts.debs',
    ),

    taken('an entry', entryOf(PARTS)),
    taken(
      'an entry that is no artifact',
      streamV2(
        'artifacts:',
        '  rpms: []',
        '  rpm-map: {md5: {a: {name: a, epoch: 1, version: b, release: c, arch: d, nevra: "a-1:b-c.d"}}}',
      ),
    ),
    taken('an empty map of packages', map('{}')),
    taken('a digest without packages', map('{sha256: {}}')),
    taken('an epoch with leading zeros', entryOf({ ...PARTS, epoch: '007', nevra: '"a-7:1-2.x"' })),
    refused('no name in an entry', without('name'), 'missing', `${ENTRY}.name`),
    refused('no epoch in an entry', without('epoch'), 'missing', `${ENTRY}.epoch`),
    refused('no version in an entry', without('version'), 'missing', `${ENTRY}.version`),
    refused('no release in an entry', without('release'), 'missing', `${ENTRY}.release`),
    refused('no architecture in an entry', without('arch'), 'missing', `${ENTRY}.arch`),
    refused('no NEVRA in an entry', without('nevra'), 'missing', `${ENTRY}.nevra`),
    refused('a NEVRA of other parts', entryOf({ ...PARTS, release: '3' }), 'inconsistent', `${ENTRY}.nevra`),
    refused('a NEVRA of another epoch', entryOf({ ...PARTS, epoch: '1' }), 'inconsistent', `${ENTRY}.nevra`),
    refused('a word as epoch of an entry', entryOf({ ...PARTS, epoch: 'x' }), 'value', `${ENTRY}.epoch`),
    refused(
      'an epoch above 32 bits',
      entryOf({ ...PARTS, epoch: '4294967296', nevra: '"a-4294967296:1-2.x"' }),
      'value',
      `${ENTRY}.epoch`,
    ),
    refused('a list in an entry', entryOf({ ...PARTS, arch: '[x]' }), 'type', `${ENTRY}.arch`),
    refusedStrictly(
      'an unknown key of an entry',
      entry('{name: a, epoch: 0, version: b, release: c, arch: d, nevra: "a-0:b-c.d", size: 1}'),
      'unknown-key',
      `${ENTRY}.size`,
    ),
    refused('a list as entry', entry('[]'), 'type', ENTRY),
    refused('a list as digest', map('{sha256: []}'), 'type', 'data.artifacts.rpm-map.sha256'),
    refused('a list as map of packages', map('[]'), 'type', 'data.artifacts.rpm-map'),
  ],
}
