import { randomBytes } from 'node:crypto';

/** Of hexadecimal random digits that are drawn at once, and that one id takes. */
const DRAWN = 8192;
const TAKEN = 19;
let drawn = '';
let used = 0;
let lastMs = NaN;
let lastTime = '';

/** UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then random. Time-ordered, so neighbours in time are neighbours on disk. */
export function uuidv7(nowMs: number): string {
  if (used + TAKEN > drawn.length) {
    drawn = randomBytes(DRAWN / 2).toString('hex');
    used = 0;
  }
  const at = used;
  used += TAKEN;
  return `${timeOf(nowMs)}-7${drawn.slice(at, at + 3)}-${VARIANTS.charAt(parseInt(drawn.charAt(at + 3), 16) & 3)}${drawn.slice(at + 4, at + 7)}-${drawn.slice(at + 7, at + TAKEN)}`;
}

/** By two random bits. */
const VARIANTS = '89ab';

/** Many ids are of the same millisecond. */
function timeOf(nowMs: number): string {
  if (nowMs !== lastMs) {
    const time = Math.floor(nowMs).toString(16).padStart(12, '0');
    lastTime = `${time.slice(0, 8)}-${time.slice(8)}`;
    lastMs = nowMs;
  }
  return lastTime;
}

/** FHIR id: https://hl7.org/fhir/R4/datatypes.html#id */
export function isFhirId(text: string): boolean {
  return /^[A-Za-z0-9.-]{1,64}$/.test(text);
}
