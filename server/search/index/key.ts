import { createHmac, hash as digest } from 'node:crypto';
import { detached } from '../../kernel/detached.ts';
import type { Slot } from '../registry-types.ts';

/**
 * The codes under which an identifier stands in the index when it is kept secret there (server/protection/blind-index.ts).
 * @param type whose own identifier it may be; undefined: it is somebody else's
 * @param system undefined: of any
 */
export type CodesOf = (type: string | undefined, system: string | undefined, code: string) => readonly string[];

/** Slots of values some of which are in identifiers, and those that hold identifiers. */
const MAY_IDENTIFY = /identifier/i;
const IDENTIFIES = /identifier\)?(#of-type)?$/i;
/** `identifier` of the resource itself, or what is below it. */
const OWN = /^identifier\b/;

const HASH48 = 0xffff_ffff_ffffn;
const CACHE_LIMIT = 30_000;
/** Slot ids have 15 bits: from here on they are all negative. */
const FIRST_CONTAINED_SLOT = -0x8000;

/**
 * Keyed 64-bit hashes. The salt is random per database, so that nobody outside can construct two values that collide
 * (a crafted patient id must not reach another patient's rows).
 */
export class Hasher {
  private readonly secret: string;
  private readonly salt: string;
  private readonly firstSlot: number;
  readonly tenant: number;
  private readonly cache = new Map<string, bigint>();
  private readonly codesOf: CodesOf | undefined;
  private ofContained: Hasher | undefined;

  constructor(secret: string, tenant: number, codesOf?: CodesOf, firstSlot = 0) {
    this.secret = secret;
    this.salt = createHmac('sha256', secret).update(String(tenant)).digest('base64');
    this.tenant = tenant;
    this.codesOf = codesOf;
    this.firstSlot = firstSlot;
  }

  /**
   * The same hashes for the rows of contained resources. Their keys are negative, so that no key and no range of keys of
   * resources that stand alone meets them.
   */
  contained(): Hasher {
    return (this.ofContained ??= new Hasher(this.secret, this.tenant, this.codesOf, FIRST_CONTAINED_SLOT));
  }

  /** The slot as it stands in keys. */
  slotNumber(slot: number): number {
    return this.firstSlot + slot;
  }

  /** Unsigned 64-bit hash of `value`. */
  hash64(value: string): bigint {
    const known = this.cache.get(value);
    if (known !== undefined) return known;
    const result = BigInt(`0x${digest('sha256', `${this.salt}${value}`, 'hex').slice(0, 16)}`);
    if (this.cache.size >= CACHE_LIMIT) this.cache.clear();
    if (value.length <= 256) this.cache.set(detached(value), result);
    return result;
  }

  /** Signed 32-bit hash, never 0 (0 stands for "absent"). */
  hash32(value: string): number {
    return Number(BigInt.asIntN(32, this.hash64(value) >> 8n)) || 1;
  }

  /** Index key: slot number in the high bits, 48 bits of hash below. */
  key(slot: number, value: string): string {
    return ((BigInt(this.slotNumber(slot)) << 48n) | (this.hash64(value) >> 16n)).toString();
  }

  /** What a search looks for in a slot when it looks for a code; mostly the code itself. */
  codes({ resourceType, name }: Slot, system: string | undefined, code: string): readonly string[] {
    // Without a system only identifiers can be meant that are kept secret.
    if (this.codesOf === undefined || (system === undefined && !MAY_IDENTIFY.test(name))) return [code];
    const codes = this.codesOf(OWN.test(name) ? resourceType : undefined, system, code);
    // What is no identifier stands there as it is, whatever its system.
    return IDENTIFIES.test(name) || codes.includes(code) ? codes : [code, ...codes];
  }

  /** Key of a slot whose rows carry no hashed part (date, number, string): one per slot and tenant. */
  slotKey(slot: number): string {
    return this.key(slot, '');
  }

  /** Smallest and largest key of a slot (over all tenants: add a tenant predicate). */
  slotRange(slot: number): { readonly from: string; readonly to: string } {
    const from = BigInt(this.slotNumber(slot)) << 48n;
    return { from: from.toString(), to: (from | HASH48).toString() };
  }

  /** 64-bit identity of a resource or of an absolute url, as stored in resource.ref and ix_ref.target (signed). */
  target(reference: string): string {
    return BigInt.asIntN(64, this.hash64(reference)).toString();
  }
}
