import { loadDefinitions } from '../definitions/load.ts';
import { parseJson } from '../kernel/json.ts';
import type { AnyResource } from '../sdk/resource.ts';
import { moduleFhirPath } from './module-fhirpath.ts';

const fhirPath = moduleFhirPath(loadDefinitions(), () => Date.UTC(2026, 0, 2));
const observation = parseJson(
  '{"resourceType":"Observation","id":"o","valueQuantity":{"value":1.50,"unit":"mg"},"component":[{"valueInteger":1},{"valueInteger":2}]}',
) as unknown as AnyResource;

test('decimals keep their digits, and values of the server have their types', () => {
  expect(fhirPath('Observation.value.value', observation)).toEqual([{ type: 'decimal', value: '1.50' }]);
  expect(fhirPath('today()', observation)).toEqual([{ type: 'System.Date', value: '2026-01-02' }]);
});

test('what one expression selected is what another one looks at, and %resource stays the resource', () => {
  const values = fhirPath('component', observation).map((component) =>
    fhirPath('(value + %more.toInteger()).toString() & %resource.id', component, { more: '10' }),
  );
  expect(values.map(([found]) => found?.value)).toEqual(['11o', '12o']);
});

test.each([
  ['component.where(', 'module.fhirpathMalformed'],
  ['component.value.single()', 'module.fhirpathFailed'],
])('%s is refused', (expression, code) => {
  expect(() => fhirPath(expression, observation)).toThrow(expect.objectContaining({ code, status: 422 }));
});
