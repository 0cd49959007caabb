import { setDecimal, type ResourceOf } from '#sdk';
import { vitalSignIssues } from './plausible.ts';

type Observation = ResourceOf<'Observation'>;
type Quantity = NonNullable<Observation['valueQuantity']>;

const coded = (code: string): Observation['code'] => ({ coding: [{ system: 'http://loinc.org', code }] });

function quantity(value: string, unit: string): Quantity {
  return setDecimal<Quantity>({ system: 'http://unitsofmeasure.org', code: unit }, 'value', value);
}

const measured = (code: string, value: string, unit: string): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: coded(code),
  valueQuantity: quantity(value, unit),
});

test.each([
  ['2708-6', '100', '%', []],
  ['2708-6', '100.0001', '%', ['error']],
  ['2708-6', '-1', '%', ['error']],
  ['59408-5', '140', '%', ['error']],
  ['8310-5', '37.0', 'Cel', []],
  ['8310-5', '98.6', '[degF]', []],
  ['8310-5', '98.6', 'Cel', ['error']],
  ['29463-7', '0.45', 'kg', []],
  ['29463-7', '3500', 'g', []],
  ['29463-7', '3500', 'kg', ['error']],
  ['8302-2', '1.75', 'm', []],
  ['8302-2', '175', 'm', ['error']],
  ['8867-4', '72', 'beats', ['warning']],
  ['2339-0', '9999', 'mg/dL', []],
])('%s of %s %s', (code, value, unit, severities) => {
  expect(vitalSignIssues(measured(code, value, unit)).map(({ severity }) => severity)).toEqual(severities);
});

const pressure = (systolic: string, diastolic: string): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: coded('85354-9'),
  component: [
    { code: coded('8480-6'), valueQuantity: quantity(systolic, 'mm[Hg]') },
    { code: coded('8462-4'), valueQuantity: quantity(diastolic, 'mm[Hg]') },
  ],
});

test.each([
  ['120', '80', []],
  ['80', '120', [['warning', 'Observation.component']]],
  ['1200', '80', [['error', 'Observation.component[0].value']]],
])('a blood pressure of %s over %s', (systolic, diastolic, issues) => {
  const found = vitalSignIssues(pressure(systolic, diastolic));
  expect(found.map(({ severity, expression = [] }) => [severity, ...expression])).toEqual(issues);
});

test('one whose value is missing has nothing to be judged', () => {
  expect(vitalSignIssues({ resourceType: 'Observation', status: 'final', code: coded('8867-4') })).toEqual([]);
});
