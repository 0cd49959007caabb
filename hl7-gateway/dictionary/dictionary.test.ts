import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../server/kernel/package-root.ts';
import { componentDefinition, fieldDefinition, segmentName, typeName } from './dictionary.ts';
import { DICTIONARY_SOURCE, VERSIONS } from './version-data.ts';

test('fields by version', () => {
  expect(fieldDefinition('PID', 3, '2.5.1')).toEqual({
    name: 'Patient Identifier List',
    type: 'CX',
    isRequired: true,
    maxRepetitions: Infinity,
  });
  expect(fieldDefinition('PID', 8, '2.5.1')).toMatchObject({ name: 'Administrative Sex', type: 'IS', table: 1 });
  expect(fieldDefinition('PID', 8, '2.3')).toMatchObject({ name: 'Sex' });
  expect(fieldDefinition('MSH', 1, '2.4')).toMatchObject({ name: 'Field Separator', type: 'ST' });
});

test('what a version does not have is looked up in later ones, then in earlier ones', () => {
  expect(fieldDefinition('SPM', 4, '2.3')).toMatchObject({ name: 'Specimen Type' });
  expect(fieldDefinition('PID', 32, '2.1')).toMatchObject({ name: 'Identity Reliability Code' });
  expect(fieldDefinition('ORO', 1, '2.8')).toBeDefined();
});

test('what none has', () => {
  expect(fieldDefinition('ZPD', 1, '2.5')).toBeUndefined();
  expect(fieldDefinition('PID', 999, '2.5')).toBeUndefined();
  expect(fieldDefinition('PID', 0, '2.5')).toBeUndefined();
  expect([segmentName('constructor', '2.5'), typeName('__proto__', '2.5')]).toEqual([undefined, undefined]);
});

test('names of segments, data types and components', () => {
  expect(segmentName('OBX', '2.5.1')).toBe('Observation/Result');
  expect(typeName('CX', '2.5.1')).toBe('Extended Composite ID with Check Digit');
  expect(componentDefinition('CX', 4, '2.5.1')).toMatchObject({ name: 'Assigning Authority', type: 'HD' });
  expect(componentDefinition('CX', 99, '2.5.1')).toBeUndefined();
});

test.each(VERSIONS)('%s has what messages are made of', (version) => {
  for (const segment of ['MSH', 'PID', 'PV1', 'OBR', 'OBX', 'ORC', 'NTE']) {
    expect(segmentName(segment, version)).toMatch(/\w/);
    expect(fieldDefinition(segment, 1, version)?.type).toMatch(/^[A-Z]{2}/);
  }
});

test('is made of the release that is installed', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  expect({ ...dependencies, ...devDependencies }['hl7v2-dictionary']).toBe(DICTIONARY_SOURCE);
});
