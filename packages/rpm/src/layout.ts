import { HEADER_INTRO_LENGTH, measureHeader } from './header-intro.ts'
import { RpmReadError } from './rpm-read-error.ts'

const LEAD_LENGTH = 96
const LEAD_MAGIC = Buffer.from('edabeedb', 'hex')

/** The places of the two headers in an RPM file. */
export interface HeaderPlaces {
  signatureStart: number
  mainStart: number
  mainEnd: number
}

/**
 * The number of bytes that a reader must have before the next part can be measured. `mainStart` is present when
 * that is the end of the main header, `places` when all parts are read.
 */
export type Measure =
  | { needed: number }
  | { needed: number; mainStart: number }
  | { needed: number; mainStart: number; places: HeaderPlaces }

/**
 * Measures an RPM file from its beginning, as far as the bytes go: lead, signature header (padded to eight
 * bytes), main header. A reader fetches `needed` bytes and calls again until `places` is present.
 *
 * @throws {RpmReadError} when the bytes are not the beginning of an RPM
 */
export function measureRpm(bytes: Buffer): Measure {
  const signatureIntroEnd = LEAD_LENGTH + HEADER_INTRO_LENGTH
  if (bytes.length < signatureIntroEnd) return { needed: signatureIntroEnd }
  // The rest of the lead is obsolete, and newer versions of rpm ignore it too.
  if (!bytes.subarray(0, LEAD_MAGIC.length).equals(LEAD_MAGIC)) throw new RpmReadError('this is not an RPM')
  const signatureEnd = measureHeader(bytes, LEAD_LENGTH, 'signature').end
  const mainStart = Math.ceil(signatureEnd / 8) * 8
  const mainIntroEnd = mainStart + HEADER_INTRO_LENGTH
  if (bytes.length < mainIntroEnd) return { needed: mainIntroEnd }
  const mainEnd = measureHeader(bytes, mainStart, 'main').end
  if (bytes.length < mainEnd) return { needed: mainEnd, mainStart }
  return { needed: mainEnd, mainStart, places: { signatureStart: LEAD_LENGTH, mainStart, mainEnd } }
}

/** Returns the places of the headers in bytes that contain both completely. */
export function headerPlacesOf(bytes: Buffer): HeaderPlaces {
  const measure = measureRpm(bytes)
  if ('places' in measure) return measure.places
  throw new RpmReadError(`the headers need ${measure.needed} bytes, there are ${bytes.length}`)
}
