import { ANY_VALUE } from '../registry/noted-slots.ts';
import type { DateRange } from './date-range.ts';
import { foldText } from './fold-text.ts';
import type { Hasher } from './key.ts';
import type { QuantityValue } from './quantity-values.ts';
import type { DateRow, PositionRow, QuantityRow, RefRow, StringRow, TokenRow, UriRow } from './row-types.ts';

/** Few rows are compared one by one; a CodeSystem with 50,000 codes needs a set. */
const FEW = 16;

/** Collects the index rows of one resource, without duplicates, in the order in which they come. */
export class RowWriter {
  readonly hasher: Hasher;
  readonly present: Uint8Array;
  readonly tokens: TokenRow[] = [];
  readonly refs: RefRow[] = [];
  readonly dates: DateRow[] = [];
  readonly quantities: QuantityRow[] = [];
  readonly strings: StringRow[] = [];
  readonly positions: PositionRow[] = [];
  readonly uris: UriRow[] = [];
  /** Where each table's rows of the current slot begin; keys carry the slot, so only those can be duplicates. */
  private firstToken = 0;
  private firstRef = 0;
  private firstString = 0;
  private firstDate = 0;
  private firstQuantity = 0;
  private seen: Set<string> | undefined;

  /** @param slotCount how many bits `present` needs */
  constructor(hasher: Hasher, slotCount: number) {
    this.hasher = hasher;
    this.present = new Uint8Array((slotCount + 7) >> 3);
  }

  startSlot(): void {
    this.firstToken = this.tokens.length;
    this.firstRef = this.refs.length;
    this.firstString = this.strings.length;
    this.firstDate = this.dates.length;
    this.firstQuantity = this.quantities.length;
    this.seen = undefined;
  }

  markPresent(ordinal: number): void {
    const at = ordinal >> 3;
    this.present[at] = (this.present[at] ?? 0) | (1 << (ordinal & 7));
  }

  /** Returns whether the row is new. */
  token(key: string, system: string | undefined): boolean {
    return this.push(this.tokens, this.firstToken, { key, system: this.hash(system) }, sameToken, tokenText);
  }

  ref(key: string, text: string): void {
    this.push(this.refs, this.firstRef, { key, target: this.hasher.target(text) }, sameKey, keyText);
  }

  date(key: string, range: DateRange): void {
    this.push(this.dates, this.firstDate, { key, low: range.low, high: range.high }, sameDate, dateText);
  }

  quantity(key: string, value: QuantityValue): void {
    const row: QuantityRow = {
      key,
      system: this.hash(value.system),
      code: this.hash(value.code),
      unit: this.hash(value.unit),
      low: value.low,
      high: value.high,
      canonicalUnit: this.hash(value.canonicalUnit),
      canonicalLow: value.canonicalLow,
      canonicalHigh: value.canonicalHigh,
    };
    this.push(this.quantities, this.firstQuantity, row, sameQuantity, quantityText);
  }

  string(key: string, text: string): void {
    const value = foldText(text);
    if (value === '') return;
    const exact = this.hasher.hash32(text);
    this.push(this.strings, this.firstString, { key, value, exact }, sameString, stringText);
  }

  position(key: string, latitude: number, longitude: number): void {
    this.positions.push({ key, latitude, longitude });
  }

  /** A uri is a token without a system, and an entry of the dictionary. */
  uri(slot: number, value: string): void {
    const key = this.hasher.key(slot, value);
    if (this.token(key, undefined)) this.uris.push({ slot: this.hasher.slotNumber(slot), value, key });
  }

  /** The slot has a value: an entry of the dictionary, once for all resources (see isUseNoted). */
  noteUse(slot: number): void {
    const number = this.hasher.slotNumber(slot);
    if (this.uris.some((uri) => uri.slot === number)) return;
    this.uris.push({ slot: number, value: ANY_VALUE, key: this.hasher.slotKey(slot) });
  }

  private hash(text: string | undefined): number {
    return text === undefined || text === '' ? 0 : this.hasher.hash32(text);
  }

  private push<Row>(
    rows: Row[],
    first: number,
    row: Row,
    same: (a: Row, b: Row) => boolean,
    text: (row: Row) => string,
  ): boolean {
    if (rows.length - first < FEW) {
      for (let index = first; index < rows.length; index += 1) if (same(rows[index] as Row, row)) return false;
    } else {
      this.seen ??= new Set(rows.slice(first).map(text));
      const size = this.seen.size;
      if (this.seen.add(text(row)).size === size) return false;
    }
    rows.push(row);
    return true;
  }
}

const sameKey = (a: RefRow, b: RefRow): boolean => a.key === b.key;
const keyText = (row: RefRow): string => row.key;
const sameToken = (a: TokenRow, b: TokenRow): boolean => a.key === b.key && a.system === b.system;
const tokenText = (row: TokenRow): string => `${row.key} ${row.system}`;
const sameDate = (a: DateRow, b: DateRow): boolean => a.key === b.key && a.low === b.low && a.high === b.high;
const dateText = (row: DateRow): string => `${row.key} ${row.low} ${row.high}`;
const sameString = (a: StringRow, b: StringRow): boolean =>
  a.key === b.key && a.value === b.value && a.exact === b.exact;
const stringText = (row: StringRow): string => `${row.key} ${row.exact} ${row.value}`;
const quantityText = (row: QuantityRow): string =>
  `${row.key} ${row.system} ${row.code} ${row.unit} ${row.low} ${row.high} ${row.canonicalLow} ${row.canonicalHigh}`;
const sameQuantity = (a: QuantityRow, b: QuantityRow): boolean => quantityText(a) === quantityText(b);
