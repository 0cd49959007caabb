import { randomBytes } from 'node:crypto';

const POOL_BYTES = 4096;
let pool = randomBytes(0);
let used = 0;

function random(count: number): Buffer {
  if (used + count > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}

/** A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then random. Time-ordered, so neighbours in time are neighbours on disk. */
export function uuidv7(nowMs: number): string {
  const hex = random(10).toString('hex');
  const time = Math.floor(nowMs).toString(16).padStart(12, '0');
  const variant = ((parseInt(hex.charAt(3), 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`;
}

/** FHIR id: https://hl7.org/fhir/R4/datatypes.html#id */
export function isFhirId(text: string): boolean {
  return /^[A-Za-z0-9.-]{1,64}$/.test(text);
}
