import { isObject, type JsonValue } from '../kernel/json.ts';

const READ = 1;
const HISTORY = 10;
const OPERATION = 20;
const SEARCH = 20;
const WRITE = 100;
/** Entries of a Bundle are stored together, which is cheaper than one by one. */
const ENTRY = 10;

const COSTS: ReadonlyMap<string, number> = new Map([
  ['read', READ],
  ['vread', READ],
  ['capabilities', READ],
  ['async-status', READ],
  ['async-cancel', READ],
  ['bulk-file', READ],
  ['history-instance', HISTORY],
  ['history-type', HISTORY],
  ['history-system', HISTORY],
  ['search-type', SEARCH],
  ['search-system', SEARCH],
  ['search-compartment', SEARCH],
  ['operation', OPERATION],
]);

/** Points that a request costs, by its interaction as in CapabilityStatement: about what it makes the server do. */
export function costOf(interaction: string): number {
  return COSTS.get(interaction) ?? WRITE;
}

/** Points that the entries of a batch or transaction cost besides the request itself. */
export function costOfEntries(body: JsonValue | undefined): number {
  return isObject(body) && Array.isArray(body.entry) ? body.entry.length * ENTRY : 0;
}
