import { randomBytes } from 'node:crypto';

/** MSH-10 of a message of ours: 20 characters, as versions before 2.7 allow, of 96 random bits. */
export function newControlId(): string {
  return BigInt(`0x${randomBytes(12).toString('hex')}`)
    .toString(36)
    .toUpperCase()
    .padStart(20, '0');
}
