import type { Observation } from '@medplum/fhirtypes';
import { newestPerCode, valueText } from './vitals.ts';

const sign = (code: string, more: Partial<Observation>): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code }] },
  ...more,
});

test('of each code the first, of what comes newest first', () => {
  const rows = newestPerCode([sign('1', { id: 'new' }), sign('2', { id: 'other' }), sign('1', { id: 'old' })]);
  expect(rows.map(({ id }) => id)).toEqual(['new', 'other']);
});

test.each<[Partial<Observation>, string]>([
  [{ valueQuantity: { value: 37.2, unit: 'Cel', code: 'Cel' } }, '37.2 Cel'],
  [{ valueCodeableConcept: { text: 'irregular' } }, 'irregular'],
  [
    {
      component: [
        { code: { text: 'Systolic' }, valueQuantity: { value: 120, code: 'mm[Hg]' } },
        { code: { text: 'Diastolic' }, valueQuantity: { value: 80, code: 'mm[Hg]' } },
      ],
    },
    'Systolic 120 mm[Hg], Diastolic 80 mm[Hg]',
  ],
  [{ dataAbsentReason: { text: 'refused' } }, 'refused'],
])('what was measured: %j', (more, text) => {
  expect(valueText(sign('1', more))).toBe(text);
});
