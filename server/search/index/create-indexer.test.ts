import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDefinitions } from '../../definitions/load.ts';
import { isObject, parseJson, stringifyJson, type JsonObject } from '../../kernel/json.ts';
import { assignSlots, createRegistry } from '../registry.ts';
import { UNCOVERED_REFERENCES } from '../registry/slot-set.ts';
import { createIndexer } from './create-indexer.ts';
import { Hasher } from './key.ts';
import { MAX_DATE, MIN_DATE } from './date-range.ts';
import { NO_SORT_DATE, type IndexRows } from './row-types.ts';

/** Remembers what it hashed, so that rows can be read by people. */
class ReadableHasher extends Hasher {
  readonly texts = new Map<string | number, string>([[0, '']]);

  override hash32(value: string): number {
    const hash = super.hash32(value);
    this.texts.set(hash, value);
    return hash;
  }

  override key(slot: number, value: string): string {
    const key = super.key(slot, value);
    this.texts.set(key, value.replaceAll('\u0001', ' $ ').replaceAll('\u0002', '|'));
    return key;
  }

  read(hash: string | number): string {
    return this.texts.get(hash) ?? `?${hash}`;
  }
}

const definitions = loadDefinitions();
const { all } = assignSlots(definitions, []);
const registry = createRegistry(definitions, all);
const indexer = createIndexer(definitions, registry, { baseUrls: ['http://localhost:8080/fhir/R4'] });

function date(ms: number | null): string {
  if (ms === null) return 'time of creation';
  if (ms === NO_SORT_DATE) return 'none';
  return ms === MIN_DATE ? 'open' : ms === MAX_DATE ? 'open' : new Date(ms).toISOString();
}

function readable(type: string, rows: IndexRows, hasher: ReadableHasher): JsonObject {
  const names = new Map(registry.slots(type).map((slot) => [slot.id, slot.name]));
  const slot = (key: string): string => names.get(Number(BigInt(key) >> 48n)) ?? 'unknown slot';
  const { read } = { read: (hash: string | number) => hasher.read(hash) };
  const present = registry.slots(type).filter((s) => ((rows.present[s.ordinal >> 3] ?? 0) >> (s.ordinal & 7)) & 1);
  return {
    sortAt: date(rows.sortAt),
    present: present.map((s) => s.name).sort(),
    tokens: rows.tokens.map((row) => `${slot(row.key)} = ${read(row.system)}|${read(row.key)}`),
    refs: rows.refs.map((row) => `${slot(row.key)} = ${read(row.key)}`),
    dates: rows.dates.map((row) => `${slot(row.key)} = ${date(row.low)} … ${date(row.high)}`),
    quantities: rows.quantities.map(
      (row) =>
        `${slot(row.key)} = ${read(row.key)} [${row.low} … ${row.high}] ${read(row.system)}|${read(row.code)}|${read(row.unit)}` +
        ` [${row.canonicalLow} … ${row.canonicalHigh}] ${read(row.canonicalUnit)}`,
    ),
    strings: rows.strings.map((row) => `${slot(row.key)} = ${row.value} (${read(row.exact)})`),
    positions: rows.positions.map((row) => `${slot(row.key)} = ${row.latitude} ${row.longitude}`),
    uris: rows.uris.map((row) => `${names.get(row.slot)} = ${row.value}`),
    localReferences: rows.localReferences.map((row) => `${row.expression} = ${row.type}/${row.id}`),
  };
}

const folder = join(__dirname, '../../../test/golden/index-rows');

describe('index rows of', () => {
  test.each(readdirSync(folder))('%s', (file) => {
    const path = join(folder, file);
    const golden = parseJson(readFileSync(path, 'utf8'));
    if (!isObject(golden) || !isObject(golden.resource)) throw new Error(`${file} holds no resource`);
    const { resource } = golden;
    const hasher = new ReadableHasher('golden', 1);
    const type = String(resource.resourceType);
    const rows = indexer.index(resource, hasher);
    const actual = readable(type, rows, hasher);
    expect(indexer.index(resource, hasher)).toEqual(rows);
    if (process.env.UPDATE_GOLDEN === '1') {
      const [text, rowText] = [resource, actual].map((part) => stringifyJson(part));
      writeFileSync(path, `{ "resource": ${text}, "rows": ${rowText} }\n`);
    } else expect(actual).toEqual(golden.rows);
  });
});

describe('keys of single slots are those of the whole index:', () => {
  test.each(readdirSync(folder))('%s', (file) => {
    const golden = parseJson(readFileSync(join(folder, file), 'utf8'));
    if (!isObject(golden) || !isObject(golden.resource)) throw new Error(`${file} holds no resource`);
    const { resource } = golden;
    const hasher = new Hasher('golden', 1);
    const { tokens, refs } = indexer.index(resource, hasher);
    for (const { id } of registry.slots(String(resource.resourceType))) {
      const inSlot = <Row extends { readonly key: string }>(rows: readonly Row[]): Row[] =>
        rows.filter(({ key }) => BigInt(key) >> 48n === BigInt(id));
      const own = indexer.indexKeys(resource, hasher, new Set([id]));
      expect(inSlot(own.tokens)).toEqual(inSlot(tokens));
      if (registry.slot(String(resource.resourceType), UNCOVERED_REFERENCES).id === id) {
        expect(inSlot(own.refs)).toEqual(expect.arrayContaining(inSlot(refs)));
      } else expect(inSlot(own.refs)).toEqual(inSlot(refs));
    }
  });
});

test('fifty thousand codes are indexed in linear time', () => {
  const concept = Array.from({ length: 50_000 }, (_, index) => ({ code: `c${index % 40_000}` }));
  const started = process.cpuUsage();
  const rows = indexer.index(
    { resourceType: 'CodeSystem', status: 'active', content: 'complete', concept },
    new Hasher('x', 1),
  );
  const { user } = process.cpuUsage(started);
  expect(rows.tokens.length).toBe(40_000 + 2);
  expect(user / 1e6).toBeLessThan(3);
});
