/** Dialects of one description. */
export interface Acceptability {
  readonly preferred: readonly number[];
  readonly acceptable: readonly number[];
}

const NONE: Acceptability = { preferred: [], acceptable: [] };
/** Two bits a reference set in a 32-bit number. */
const MAX_REFSETS = 15;
const BILLION = 9;

/**
 * In which dialects (language reference sets) descriptions are preferred or acceptable: 12 bytes a description in an
 * open hash table, because releases have millions. Identifiers of up to 18 digits are kept as two halves.
 */
export class AcceptabilityTable {
  private capacity = 1 << 16;
  private count = 0;
  private high = new Uint32Array(this.capacity);
  private low = new Uint32Array(this.capacity);
  private bits = new Uint32Array(this.capacity);
  private readonly refsets: number[] = [];
  private readonly known = new Map<number, Acceptability>();

  /** @returns false when there are more language reference sets than can be told apart */
  set(description: string, refset: number, isPreferred: boolean): boolean {
    let place = this.refsets.indexOf(refset);
    if (place === -1) {
      if (this.refsets.length === MAX_REFSETS) return false;
      place = this.refsets.push(refset) - 1;
    }
    if (this.count * 2 > this.capacity) this.grow();
    const [high, low] = halves(description);
    const slot = this.slot(high, low);
    if (this.bits[slot] === 0) this.count += 1;
    this.high[slot] = high;
    this.low[slot] = low;
    this.bits[slot] = (this.bits[slot] ?? 0) | ((isPreferred ? 2 : 1) << (place * 2));
    return true;
  }

  of(description: string): Acceptability {
    const [high, low] = halves(description);
    const bits = this.bits[this.slot(high, low)] ?? 0;
    if (bits === 0) return NONE;
    let found = this.known.get(bits);
    if (found === undefined) {
      const having = (bit: number): readonly number[] =>
        this.refsets.filter((_, place) => ((bits >>> (place * 2)) & bit) !== 0);
      this.known.set(bits, (found = { preferred: having(2), acceptable: having(1) }));
    }
    return found;
  }

  private slot(high: number, low: number): number {
    const mask = this.capacity - 1;
    // All bits of the identifier reach all bits of the place (the end of MurmurHash3): identifiers come in series.
    let hash = low ^ Math.imul(high, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 16)) & mask;
    while (this.bits[slot] !== 0 && (this.low[slot] !== low || this.high[slot] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { high, low, bits } = this;
    this.capacity *= 2;
    this.high = new Uint32Array(this.capacity);
    this.low = new Uint32Array(this.capacity);
    this.bits = new Uint32Array(this.capacity);
    bits.forEach((value, at) => {
      if (value === 0) return;
      const slot = this.slot(high[at] ?? 0, low[at] ?? 0);
      this.high[slot] = high[at] ?? 0;
      this.low[slot] = low[at] ?? 0;
      this.bits[slot] = value;
    });
  }
}

function halves(description: string): readonly [number, number] {
  return [Number(description.slice(0, -BILLION)), Number(description.slice(-BILLION))];
}
