import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { cloneJson, isObject, type JsonArray, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';
import { readFamily } from './family.ts';
import { goldenValidator } from './golden-validator.ts';

const families = readdirSync(__dirname)
  .filter((file) => file.endsWith('.json'))
  .map((file) => readFamily(join(__dirname, file)));
const bases = families.flatMap((family) => Object.values(family.bases));
const validator = goldenValidator(families.flatMap((family) => family.canonicals ?? []));

/** Every object and array in a value. */
function containers(value: JsonValue | undefined): (JsonObject | JsonArray)[] {
  if (value === null || typeof value !== 'object') return [];
  return [value, ...Object.values(value).flatMap(containers)];
}

const odd = fc.oneof(
  fc.constantFrom<JsonValue>(null, '', 'x', '#', '#x', 'urn:uuid:x', 'http://x.org', '1900-02-30', -1, 1e300, true),
  fc.constantFrom<JsonValue>({}, [], [null], [[]], { id: 'x' }, { reference: '#' }, { coding: [{}] }, { url: 'x' }),
  fc.jsonValue({ maxDepth: 2 }).map((value) => value),
);

test('whatever is sent is answered with issues, and never with an exception', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bases), fc.nat(), fc.nat(), odd, async (base, place, member, by) => {
      const resource = cloneJson(base);
      const all = containers(resource);
      const target = all[place % all.length] as JsonObject;
      const keys = Object.keys(target);
      target[keys[member % keys.length] ?? 'x'] = cloneJson(by);
      for (const { text, expression } of await validator.validate(resource)) {
        expect(text).not.toBe('');
        expect(expression).toHaveLength(1);
      }
    }),
    { numRuns: 2000 },
  );
});

describe('a resource of a megabyte is decided soon', () => {
  const many = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, at) => make(at));
  const coding = (code: string): JsonObject => ({ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code });
  const extension = { url: 'https://unknown.example.org/x', valueString: 'x' };
  const link = '<a href="#nowhere">a</a>';

  test.each<[string, JsonObject]>([
    [
      'identifiers',
      {
        identifier: many(8000, (at) => ({
          system: 'http://x.org',
          value: String(at),
          type: { coding: [coding('MR')] },
        })),
      },
    ],
    ['unknown codes', { identifier: many(8000, (at) => ({ type: { coding: [coding(`X${at}`)] } })) }],
    ['extensions', { extension: many(15_000, () => extension) }],
    ['bad invariants', { contact: many(20_000, () => ({ gender: 'male' })) }],
    [
      'contained resources',
      { contained: many(8000, (at) => ({ resourceType: 'Organization', id: `o${at}`, name: 'x' })) },
    ],
    ['local references', { generalPractitioner: many(20_000, (at) => ({ reference: `#o${at}` })) }],
    [
      'links to nowhere',
      { text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${link.repeat(40_000)}</div>` } },
    ],
  ])('%s', async (_what, content) => {
    const started = process.cpuUsage();
    const issues = await validator.validate({ resourceType: 'Patient', ...content });
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
    expect(issues.length).toBeLessThanOrEqual(200);
    for (const { text } of issues) expect(text.length).toBeLessThan(1000);
  });
});

test('objects of any kind can stand for resources', async () => {
  for (const value of [{}, { resourceType: 1 }, { resourceType: 'constructor' }, { resourceType: '__proto__' }]) {
    expect(isObject(value) && (await validator.validate(value as JsonObject))).toHaveLength(1);
  }
});
