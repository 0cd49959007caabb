import { createHmac, hash as digest } from 'node:crypto';
import { detached } from '../../kernel/detached.ts';

const HASH48 = 0xffff_ffff_ffffn;
const CACHE_LIMIT = 30_000;

/**
 * Keyed 64-bit hashes. The salt is random per database, so that nobody outside can construct two values that collide
 * (a crafted patient id must not reach another patient's rows).
 */
export class Hasher {
  private readonly salt: string;
  readonly tenant: number;
  private readonly cache = new Map<string, bigint>();

  constructor(salt: string, tenant: number) {
    this.salt = createHmac('sha256', salt).update(String(tenant)).digest('base64');
    this.tenant = tenant;
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

  /** Index key: slot id in the high 15 bits, 48 bits of hash below. */
  key(slot: number, value: string): string {
    return ((BigInt(slot) << 48n) | (this.hash64(value) >> 16n)).toString();
  }

  /** Key of a slot whose rows carry no hashed part (date, number, string): one per slot and tenant. */
  slotKey(slot: number): string {
    return this.key(slot, '');
  }

  /** Smallest and largest key of a slot (over all tenants: add a tenant predicate). */
  slotRange(slot: number): { readonly from: string; readonly to: string } {
    const from = BigInt(slot) << 48n;
    return { from: from.toString(), to: (from | HASH48).toString() };
  }

  /** 64-bit identity of a resource or of an absolute url, as stored in resource.ref and ix_ref.target (signed). */
  target(reference: string): string {
    return BigInt.asIntN(64, this.hash64(reference)).toString();
  }
}
