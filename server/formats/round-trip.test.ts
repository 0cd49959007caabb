import fc from 'fast-check';
import type { PropertyDef, TypeDef } from '../definitions/definitions.ts';
import { loadDefinitions } from '../definitions/load.ts';
import { canonical } from '../../test/conformance/canonical-json.ts';
import { describeLines } from '../../test/conformance/real-data.ts';
import { parseJson, type JsonObject } from '../kernel/json.ts';
import { readXml } from './read-xml.ts';
import { writeXml } from './write-xml.ts';

const definitions = loadDefinitions();
jest.setTimeout(120_000);

function expectSame(resource: JsonObject, pretty: boolean): void {
  expect(canonical(readXml(writeXml(resource, definitions, { pretty }), definitions))).toBe(canonical(resource));
}

const TEXT = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '<&">'));
const DIGITS = fc.constantFrom('0', '-1', '1.00', '0.50', '-0', '1e3', '2.50E-7', '12345678901234567890.1');
const XHTML = TEXT.map((text) => {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(']]>', '');
  return `<div xmlns="http://www.w3.org/1999/xhtml" title='a "b"'><!-- c --><p>${escaped}</p><br/></div>`;
});
const KIND = fc.constantFrom('value', 'value', 'both', 'companion');
const NUMBERS = ['decimal', 'integer', 'unsignedInt', 'positiveInt'];

const propertyNames = (names: readonly string[], maxLength: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...names), { maxLength });

/** JSON texts of resources that definitions allow, lists with gaps and extensions on primitives included. */
class ResourceWriter {
  private readonly gen: fc.GeneratorValue;

  constructor(gen: fc.GeneratorValue) {
    this.gen = gen;
  }

  resource(depth: number): string {
    const type = this.gen(() => fc.constantFrom(...definitions.resourceTypes));
    const members = this.members(definitions.type(type), depth);
    return `{${[`"resourceType":"${type}"`, ...members].join()}}`;
  }

  private members(type: TypeDef | undefined, depth: number): string[] {
    if (type === undefined) throw new Error('unknown type');
    const chosen = this.gen(propertyNames, [...type.properties.keys()], depth > 0 ? 6 : 2);
    return chosen.flatMap((name) => this.member(type.properties.get(name), depth));
  }

  private member(property: PropertyDef | undefined, depth: number): string[] {
    if (property === undefined) return [];
    const type = definitions.type(property.type.code);
    const name = property.property;
    const length = property.element.max > 1 ? this.gen(fc.integer, { min: 1, max: 3 }) : undefined;
    if (type?.kind === 'primitive' && property.element.xml === undefined)
      return this.primitive(property, length, depth);
    if (type?.kind !== 'primitive' && depth <= 0) return [];
    const one = (): string => this.value(property, type, depth);
    return [`"${name}":${length === undefined ? one() : `[${Array.from({ length }, one).join()}]`}`];
  }

  private value(property: PropertyDef, type: TypeDef | undefined, depth: number): string {
    if (property.element.xml === 'xhtml') return JSON.stringify(this.gen(() => XHTML));
    if (type?.kind === 'primitive') return this.literal(property);
    if (type?.kind === 'resource') return this.resource(depth - 1);
    return `{${this.members(type, depth - 1).join()}}`;
  }

  private literal({ type }: PropertyDef): string {
    if (type.code === 'boolean') return String(this.gen(fc.boolean));
    return NUMBERS.includes(type.code) ? this.gen(() => DIGITS) : JSON.stringify(this.gen(() => TEXT));
  }

  private primitive(property: PropertyDef, length: number | undefined, depth: number): string[] {
    const items = Array.from({ length: length ?? 1 }, () => {
      const kind = depth > 0 ? this.gen(() => KIND) : 'value';
      const companion = `{"id":${JSON.stringify(this.gen(() => TEXT))},"extension":[{"url":"urn:e","valueDecimal":1.0}]}`;
      return {
        value: kind === 'companion' ? 'null' : this.literal(property),
        companion: kind === 'value' ? 'null' : companion,
      };
    });
    const list = (texts: readonly string[]): string => (length === undefined ? texts.join() : `[${texts.join()}]`);
    return [
      [property.property, items.map(({ value }) => value)] as const,
      [`_${property.property}`, items.map(({ companion }) => companion)] as const,
    ].flatMap(([name, texts]) => (texts.every((text) => text === 'null') ? [] : [`"${name}":${list(texts)}`]));
  }
}

test('JSON → XML → JSON gives back every resource that definitions allow', () => {
  fc.assert(
    fc.property(fc.gen(), fc.boolean(), (gen, pretty) => {
      const resource = parseJson(new ResourceWriter(gen).resource(3), { maxDepth: 64 });
      expectSame(resource as JsonObject, pretty);
    }),
    { numRuns: 300 },
  );
});

describeLines('JSON → XML → JSON', 'r4-examples/r4-examples.ndjson.gz', (lines) => {
  test('gives back the published examples', () => {
    for (const line of lines) expectSame(parseJson((JSON.parse(line) as { text: string }).text) as JsonObject, true);
    expect(lines).toHaveLength(717);
  });
});

const numbered = (set: string, last: number): string[] =>
  Array.from({ length: last + 1 }, (_, number) => `${set}-${String(number).padStart(2, '0')}`);
// One file of each set, or with ROUND_TRIP=all every one (three minutes); every resource of a Bundle stands in it.
const FILES =
  process.env.ROUND_TRIP === 'all'
    ? [...numbered('a0-providers', 0), ...numbered('a1-patients', 5), ...numbered('b-patients', 12)]
    : ['a1-patients-00', 'b-patients-12'];

describe.each(FILES)('JSON → XML → JSON of synthetic patients', (name) => {
  describeLines(name, `synthea/${name}.ndjson.gz`, (lines) => {
    test('gives back every resource', () => {
      for (const line of lines) expectSame(parseJson(line) as JsonObject, false);
    });
  });
});
