import { loadDefinitions } from '../../definitions/load.ts';
import { Hasher } from '../index/key.ts';
import { parseSearch } from '../parse/parse-search.ts';
import { assignSlots, createRegistry } from '../registry.ts';
import type { SearchTree } from '../tree.ts';
import type { CompileContext } from './scope.ts';
import type { SearchStatement } from './statement.ts';

const definitions = loadDefinitions();
const registry = createRegistry(definitions, assignSlots(definitions, []).all);

/** A fixed moment: 2024-01-01T00:00:00Z. */
export const CONTEXT: CompileContext = {
  hasher: new Hasher('test', 1),
  definitions,
  registry,
  now: Date.UTC(2024, 0, 1),
};

export function tree(url: string): SearchTree {
  const mark = url.indexOf('?');
  return parseSearch({
    resourceType: mark === 0 ? undefined : url.slice(0, mark),
    query: url.slice(mark + 1),
    lenient: false,
    registry,
    definitions,
    baseUrl: 'http://localhost:8080/fhir/R4',
    defaultCount: 20,
    maxCount: 1000,
    maxValues: 1000,
  });
}

const TYPE = '(?:bigint|integer|smallint|numeric|text|double precision|jsonpath)';
const PLACEHOLDER = new RegExp(
  `\\(select \\$(\\d+)::${TYPE}(?:\\[\\])?\\)(?:::${TYPE}\\[\\])?|\\$(\\d+)::${TYPE}(?:\\[\\])?`,
  'g',
);

/** The SQL with its values written in and aliases without numbers; an index key is `<slot>`, other hashes are `#`. */
export function readable({ text, values }: SearchStatement): string {
  const plainText = text.replace(/(?<![$\w])([a-z])\d+\b/g, '$1');
  return plainText.replace(PLACEHOLDER, (_all, hidden: string | undefined, plain: string | undefined) => {
    const value = String(values[Number(hidden ?? plain) - 1]);
    return value.startsWith('{') ? `{${value.slice(1, -1).split(',').map(written).join(',')}}` : written(value);
  });
}

function written(value: string): string {
  if (!/^-?\d+$/.test(value)) return /^-?[\d.]+$/.test(value) ? value : `'${value}'`;
  const slot = BigInt(value) >> 48n;
  if (slot > 0n) {
    const name = definitions.resourceTypes
      .flatMap((type) => registry.slots(type))
      .find(({ id }) => BigInt(id) === slot)?.name;
    if (name !== undefined) return `<${name}>`;
  }
  return value.length > 8 && !value.endsWith('000') ? '#' : value;
}
