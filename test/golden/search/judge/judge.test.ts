import { corpus } from '../data/corpus.ts';
import type { Resource } from '../data/resource.ts';
import { QUERIES } from '../queries/queries.ts';
import { judge } from './judge.ts';
import { createWorld } from './world.ts';

const world = createWorld(corpus());
const listed = Object.values(QUERIES).flat();

test('the corpus is the same in every run and has no two resources of one id', () => {
  expect(corpus()).toEqual(corpus());
  expect(world.byKey.size).toBe(world.resources.length);
});

test('most of the listed queries find something and not everything', () => {
  expect(new Set(listed).size).toBeGreaterThanOrEqual(300);
  const telling = listed.filter((url) => {
    const type = url.slice(0, url.indexOf('?'));
    const all = world.resources.filter((resource) => type === '' || resource.resourceType === type).length;
    const found = judge(world, url).matches.length;
    return found > 0 && (found < all || url.includes('_sort'));
  });
  expect(telling.length / listed.length).toBeGreaterThan(0.9);
});

function observation(content: object): Resource {
  return { resourceType: 'Observation', id: 'it', ...content };
}

const UCUM = 'http://unitsofmeasure.org';

/** Examples and sentences of https://hl7.org/fhir/R4/search.html, worked out by hand. */
test.each<[string, object, boolean]>([
  ['date=2020', { effectiveDateTime: '2020-03' }, true],
  ['date=2020-03', { effectiveDateTime: '2020' }, false],
  ['date=2020-03-04', { effectiveDateTime: '2020-03-04T23:30:00-05:00' }, false],
  ['date=2020-03-05', { effectiveDateTime: '2020-03-04T23:30:00-05:00' }, true],
  ['date=gt2020-03', { effectivePeriod: { start: '2020-01' } }, true],
  ['date=sa2020-03', { effectivePeriod: { start: '2020-01' } }, false],
  ['date=eb2020-03', { effectivePeriod: { start: '2020-01', end: '2020-02' } }, true],
  ['date=ne2020', { effectiveDateTime: '2020-03' }, false],
  ['date=2020', {}, false],
  ['date:missing=true', {}, true],
  ['value-quantity=5.4', { valueQuantity: { value: 5.44 } }, true],
  ['value-quantity=5.40', { valueQuantity: { value: 5.44 } }, false],
  ['value-quantity=5.4', { valueQuantity: { value: 5.45 } }, false],
  ['value-quantity=5.4', { valueQuantity: { value: 5.35 } }, true],
  ['value-quantity=1e2', { valueQuantity: { value: 104 } }, true],
  [`value-quantity=1|${UCUM}|g`, { valueQuantity: { value: 1000, system: UCUM, code: 'mg' } }, true],
  [`value-quantity=1|${UCUM}|g`, { valueQuantity: { value: 1, system: UCUM, code: 'm' } }, false],
  ['value-quantity=lt3', { valueQuantity: { value: 5, comparator: '<' } }, true],
  ['code=|a', { code: { coding: [{ system: 's', code: 'a' }] } }, false],
  ['code=s|', { code: { coding: [{ system: 's', code: 'a' }] } }, true],
  ['code:not=a', {}, true],
  ['code:text=ache', { code: { text: 'Head ache' } }, true],
  ['code:text=che', { code: { text: 'Head ache' } }, false],
  ['value-string=muller', { valueString: 'Müller' }, true],
  ['value-string:exact=muller', { valueString: 'Müller' }, false],
  [
    'combo-code-value-quantity=a$2',
    { component: [{ code: { coding: [{ code: 'a' }] }, valueQuantity: { value: 2 } }] },
    true,
  ],
  [
    'component-code-value-quantity=a$2',
    {
      component: [
        { code: { coding: [{ code: 'a' }] }, valueQuantity: { value: 1 } },
        { code: { coding: [{ code: 'b' }] }, valueQuantity: { value: 2 } },
      ],
    },
    false,
  ],
  ['_filter=status eq final and (date ge 2020 or code eq a)', { status: 'final', effectiveDateTime: '2021' }, true],
  ['_filter=not (status eq final)', { status: 'final' }, false],
])('the judge on %s and %j: %s', (query, content, expected) => {
  const found = judge(createWorld([observation(content)]), `Observation?${query}`);
  expect(found.matches).toEqual(expected ? ['Observation/it'] : []);
});
