import { sortedMap } from '../byte-order.ts'
import type { ModuleStream, RpmMapEntry } from '../module-stream.ts'
import { formatRpmMapNevra } from '../rpm-map-nevra.ts'
import { fieldsOf, fieldsOfAll, lastOf } from './fields.ts'
import { type Place, entriesOf, refuse, refuseMissing } from './place.ts'
import { readText, readUint64 } from './scalars.ts'
import { readSet } from './sets.ts'

/** rpm stores the epoch in an unsigned 32-bit tag. */
const EPOCH_MAX = 0xffffffffn

/** Reads `artifacts`: NEVRAs, and packages by checksum. */
export function readArtifacts(places: readonly Place[]): Pick<ModuleStream, 'artifacts' | 'rpmMap'> {
  const fields = fieldsOfAll(places, ['rpms', 'rpm-map'])
  const rpmMap = readRpmMap(fields['rpm-map'])
  return { artifacts: lastOf(fields.rpms, readSet) ?? [], ...(rpmMap.size === 0 ? {} : { rpmMap }) }
}

/** Reads the map of packages; repeated sections are merged. */
function readRpmMap(places: readonly Place[]): Map<string, Map<string, RpmMapEntry>> {
  const digests = new Map<string, Map<string, RpmMapEntry>>()
  for (const { key: digest, value } of places.flatMap(entriesOf)) {
    const packages = digests.get(digest) ?? new Map<string, RpmMapEntry>()
    digests.set(digest, packages)
    for (const entry of entriesOf(value)) packages.set(entry.key, readRpmMapEntry(entry.value))
  }
  return sortedMap(new Map([...digests].map(([digest, packages]) => [digest, sortedMap(packages)])))
}

/** Reads one package. Every part is required, and the NEVRA must be the one that the parts make. */
function readRpmMapEntry(place: Place): RpmMapEntry {
  const fields = fieldsOf(place, ['name', 'epoch', 'version', 'release', 'arch', 'nevra'])
  for (const [key, places] of Object.entries(fields)) {
    if (place.node.kind === 'map' && places.length === 0) refuseMissing(place, key)
  }
  const text = (key: 'name' | 'version' | 'release' | 'arch' | 'nevra') => lastOf(fields[key], readText) ?? ''
  const entry = {
    name: text('name'),
    epoch: lastOf(fields.epoch, readEpoch) ?? 0,
    version: text('version'),
    release: text('release'),
    arch: text('arch'),
  }
  const nevra = formatRpmMapNevra(entry)
  const nevraPlace = fields.nevra.at(-1)
  const isComplete = Object.values(fields).every((places) => places.length > 0)
  if (nevraPlace !== undefined && isComplete && text('nevra') !== nevra) {
    refuse(nevraPlace, {
      code: 'inconsistent',
      message: 'the NEVRA is not the one that the other keys make',
      remedy: `they make ${nevra}`,
    })
  }
  return entry
}

/** Reads an epoch. libmodulemd silently replaces a value that does not fit by 0; this function reports it. */
function readEpoch(place: Place): number {
  const epoch = readUint64(place) ?? 0n
  if (epoch > EPOCH_MAX) {
    refuse(place, {
      code: 'value',
      message: 'the epoch is greater than rpm can store',
      remedy: `write a whole number from 0 to ${EPOCH_MAX.toString()}`,
    })
  }
  return Number(epoch)
}
