import { readCodeAnswers } from '../../partner/code-answers.ts';
import { PARTNER_CODES } from '../../partner/code-source.ts';
import { withAnswer, type Translation } from './with-answer.ts';

const SOURCE = 'http://terminology.hl7.org/CodeSystem/v2-0023';

function answered(
  ...answers: readonly (readonly [string, string | undefined, string])[]
): ReturnType<typeof withAnswer> {
  let map: ReturnType<typeof withAnswer> = {
    resourceType: 'ConceptMap',
    identifier: { system: PARTNER_CODES, value: 'lab' },
    targetUri: 'target',
  };
  for (const [code, system, to] of answers) {
    const answer: Translation['answer'] = { code: to, ...(system === undefined ? {} : { system }) };
    map = withAnswer(map, { source: SOURCE, code, answer });
  }
  return map;
}

test('codes of one system stand in one group, and an answer replaces the one before', () => {
  const map = answered(['1', 'a', 'x'], ['2', 'a', 'y'], ['1', 'b', 'z'], ['2', 'a', 'w'], ['3', undefined, 'v']);
  expect(map.group).toMatchObject([
    { source: SOURCE, target: 'b', element: [{ code: '1', target: [{ code: 'z', equivalence: 'equivalent' }] }] },
    { source: SOURCE, target: 'a', element: [{ code: '2', target: [{ code: 'w' }] }] },
    { source: SOURCE, element: [{ code: '3' }] },
  ]);
  const { translate } = readCodeAnswers([map]);
  expect(translate('lab', 'HL70023', '1', 'target')).toEqual({ system: 'b', code: 'z' });
  expect(translate('lab', 'HL70023', '3', 'target')).toEqual({ code: 'v' });
  expect(translate('lab', 'HL70023', '4', 'target')).toBeUndefined();
});

test('what only relates, and maps of others, translate nothing', () => {
  const map = answered(['1', 'a', 'x']);
  const unsure = JSON.parse(JSON.stringify(map).replace('"equivalent"', '"relatedto"')) as typeof map;
  expect(readCodeAnswers([unsure]).translate('lab', SOURCE, '1', 'target')).toBeUndefined();
  expect(
    readCodeAnswers([{ ...map, identifier: { system: 'x', value: 'lab' } }]).translate('lab', SOURCE, '1', 'target'),
  ).toBeUndefined();
});
