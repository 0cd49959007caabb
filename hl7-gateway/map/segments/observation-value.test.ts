import { stringifyJson } from '../../../server/kernel/json.ts';
import { draftOf } from '../reading/draft.fixture.ts';
import { observedValue, type ObservedValue } from './observation-value.ts';

function observed(type: string, value: string, unit = ''): ObservedValue {
  const draft = draftOf(`OBX|1|${type}|X^Test^L||${value}|${unit}`);
  const obx = draft.first('OBX');
  if (obx === undefined) throw new Error('no OBX');
  return observedValue(obx, draft);
}

const text = ({ values }: ObservedValue): string => stringifyJson([...values]);
const MG = '"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"';

test.each([
  ['NM', '5.10', `[{"valueQuantity":{"value":5.10,${MG}}}]`],
  ['NM', '<15', `[{"valueQuantity":{"value":15,"comparator":"<",${MG}}}]`],
  ['NM', ' >= 2.50 ', `[{"valueQuantity":{"value":2.50,"comparator":">=",${MG}}}]`],
  ['NM', '+.5', `[{"valueQuantity":{"value":0.5,${MG}}}]`],
  ['NM', 'hemolysed', '[{"valueString":"hemolysed mg/dL"}]'],
  ['NM', '27~25', `[{"valueQuantity":{"value":27,${MG}}},{"valueQuantity":{"value":25,${MG}}}]`],
  ['ST', '65', `[{"valueQuantity":{"value":65,${MG}}}]`],
  ['ST', 'a\\T\\b', '[{"valueString":"a&b"}]'],
  ['SN', '^100', `[{"valueQuantity":{"value":100,${MG}}}]`],
  ['SN', '=^100', `[{"valueQuantity":{"value":100,${MG}}}]`],
  ['SN', '>^100', `[{"valueQuantity":{"value":100,"comparator":">",${MG}}}]`],
  ['SN', '<>^3', '[{"valueString":"<> 3 mg/dL"}]'],
  ['SN', '^2^+', '[{"valueString":"2 + mg/dL"}]'],
  ['NR', '3^5.0', `[{"valueRange":{"low":{"value":3,${MG}},"high":{"value":5.0,${MG}}}}]`],
  ['', 'whatever^it^is', '[{"valueString":"whatever^it^is"}]'],
  ['constructor', 'x', '[{"valueString":"x"}]'],
  ['TM', '0830', '[{"valueTime":"08:30:00"}]'],
  ['DT', '20240229', '[{"valueDateTime":"2024-02-29"}]'],
  ['DTM', '202402290830-0500', '[{"valueDateTime":"2024-02-29T08:30:00-05:00"}]'],
  ['TS', 'yesterday', '[{"valueString":"yesterday"}]'],
  ['DR', '20240228^20240229', '[{"valuePeriod":{"start":"2024-02-28","end":"2024-02-29"}}]'],
  ['NM', '', '[]'],
])('%s %p', (type, value, expected) => {
  expect(text(observed(type, value, 'mg/dL'))).toBe(expected);
});

test.each([
  ['^1^:^128', 'valueRatio', { numerator: { value: 1 }, denominator: { value: 128 } }, '1 : 128'],
  ['^2^-^4', 'valueRange', { low: { value: 2 }, high: { value: 4 } }, '2 - 4'],
])('SN %s is a %s, and keeps how it was written', (value, element, expected, original) => {
  expect(observed('SN', value).values).toMatchObject([
    { [element]: { ...expected, extension: [{ valueString: original }] } },
  ]);
});

test('a coded value keeps its code and text', () => {
  expect(observed('CWE', '27268008^Salmonella^SCT^^^^^^Salmonella species').values).toEqual([
    {
      valueCodeableConcept: {
        coding: [{ system: 'https://lab.example/codes/SCT', code: '27268008', display: 'Salmonella' }],
        text: 'Salmonella species',
      },
    },
  ]);
});

test('lines of a text are one text', () => {
  expect(observed('TX', 'one~two\\.br\\three~~four').values).toEqual([{ valueString: 'one\ntwo\nthree\nfour' }]);
});

test('documents are attachments', () => {
  expect(observed('ED', '^AP^PDF^Base64^JVBERi0=').attachments).toEqual([
    { contentType: 'application/pdf', data: 'JVBERi0=' },
  ]);
  expect(observed('RP', 'https://pacs.example/1^^image^jpeg').attachments).toMatchObject([
    { url: 'https://pacs.example/1' },
  ]);
});

test('a unit that nobody knows is kept as text, and its code asked for', () => {
  const draft = draftOf('OBX|1|NM|X||5|MMOLL');
  const obx = draft.first('OBX');
  expect(obx && observedValue(obx, draft).values).toEqual([{ valueQuantity: { value: 5, unit: 'MMOLL' } }]);
  expect(draft.finish().unmappedCodes).toMatchObject([{ place: 'OBX-6', code: 'MMOLL', isRequired: false }]);
});

test('the unit of what is no number stays unread', () => {
  const draft = draftOf('OBX|1|TX|X||4mmx6mm|mm');
  const obx = draft.first('OBX');
  expect(obx && observedValue(obx, draft).values).toEqual([{ valueString: '4mmx6mm' }]);
  expect(draft.finish().unread).toContain('OBX[1]-6');
});
