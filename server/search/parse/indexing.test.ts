import { loadDefinitions } from '../../definitions/load.ts';
import { Fault } from '../../kernel/fault.ts';
import { assignSlots, createRegistry } from '../registry.ts';
import { parseSearch } from './parse-search.ts';

const definitions = loadDefinitions();
const slots = new Map(
  [...assignSlots(definitions, []).all].map(([label, slot]) => [
    label,
    { ...slot, isBuilding: label === 'Patient.birthDate' },
  ]),
);
const registry = createRegistry(definitions, slots, [], () => 42);

test.each([
  ['Patient', 'birthdate=2020', false],
  ['Patient', 'birthdate=2020', true],
  ['Patient', 'birthdate:missing=true', false],
  ['Patient', '_sort=birthdate', false],
  ['Patient', '_sort=-birthdate', true],
  ['Patient', '_filter=birthdate eq 2020', false],
  ['Observation', 'subject:Patient.birthdate=2020', false],
  ['Practitioner', '_has:Patient:general-practitioner:birthdate=2020', false],
])('%s?%s (lenient: %s) is refused while birthdate is being indexed', (resourceType, query, lenient) => {
  const parse = (): unknown =>
    parseSearch({
      resourceType,
      query,
      lenient,
      registry,
      definitions,
      baseUrl: 'http://localhost:8080/fhir/R4',
      defaultCount: 20,
      maxCount: 1000,
      maxValues: 1000,
    });
  expect(parse).toThrow(Fault);
  expect(parse).toThrow(
    expect.objectContaining({
      status: 409,
      code: 'search.indexing',
      headers: { 'Retry-After': '30' },
      issues: [expect.objectContaining({ text: expect.stringContaining('42 % done') as string }) as unknown],
    }) as Error,
  );
});
