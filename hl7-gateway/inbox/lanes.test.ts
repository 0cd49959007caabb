import { parseMessage } from '../hl7/parse-message.ts';
import { lanesOf } from './lanes.ts';
import { factsOf } from './message-refs.ts';

const systems = {
  ofAssigner: (namespace: string, universalId: string) =>
    universalId !== '' ? `urn:oid:${universalId}` : namespace === '' ? undefined : `urn:${namespace}`,
  ofCodingSystem: (name: string) => name,
};

function lanes(segments: string, partner = 'lab', event = 'ADT^A08'): readonly bigint[] {
  const message = parseMessage(`MSH|^~\\&|A|B|C|D|2026||${event}|1|P|2.5\r${segments}\r`);
  return [...lanesOf(message, partner, systems)].sort((a, b) => (a < b ? -1 : 1));
}

const [JANE = 0n] = lanes('PID|1||77^^^MRN');

test.each<[name: string, segments: string, isHers: boolean]>([
  ['the same identifier', 'PID|1||77^^^MRN^MR', true],
  ['one among others', 'PID|1||5^^^SSN~77^^^MRN', true],
  ['a merge that she goes in', 'PID|1||99^^^MRN\rMRG|77^^^MRN', true],
  ['the second of several patients', 'PID|1||1^^^MRN\rPID|2||77^^^MRN', true],
  ['an old message without PID-3', 'PID|1|77^^^MRN', true],
  ['another assigner', 'PID|1||77^^^LAB', false],
  ['another number', 'PID|1||78^^^MRN', false],
  ['PID-2 beside PID-3', 'PID|1|77^^^MRN|5^^^MRN', false],
  ['an assigner by OID alone', 'PID|1||77^^^MRN&1.2.3&ISO', false],
])('%s', (_, segments, isHers) => {
  expect(lanes(segments).includes(JANE)).toBe(isHers);
});

test('a patient is one lane whoever sends, and one lane for each identifier', () => {
  expect(lanes('PID|1||77^^^MRN', 'his')).toEqual([JANE]);
  expect(lanes('PID|1||77^^^MRN~77^^^MRN~5^^^SSN')).toHaveLength(2);
});

test('a number that moves is in the lanes of both patients, an old merge in that of who goes', () => {
  const move = lanes('PID|1|2^^^EPI|1^^^MR\rMRG|1^^^MR|||77^^^MRN', 'lab', 'ADT^A43');
  expect(move).toHaveLength(3);
  expect(move).toContain(JANE);
  expect(lanes('PID|1||1^^^MR\rMRG||||77^^^MRN', 'lab', 'ADT^A18')).toContain(JANE);
});

test('what is of no patient follows its kind, partner by partner', () => {
  expect(lanes('MFI|PRA', 'lab', 'MFN^M02')).toEqual(lanes('MFI|LOC', 'lab', 'MFN^M05'));
  expect(lanes('MFI|PRA', 'lab', 'MFN^M02')).not.toEqual(lanes('MFI|PRA', 'his', 'MFN^M02'));
  expect(lanes('PID|1||^^^MRN')).toHaveLength(1);
});

test('an endless list of identifiers makes a bounded number of lanes and references', () => {
  const many = Array.from({ length: 5000 }, (_, n) => `${n}^^^MRN`).join('~');
  expect(lanes(`PID|1||${many}`)).toHaveLength(1000);
  expect(factsOf(parseMessage(`MSH|^~\\&|A|B|C|D|2026||ADT^A08|1|P|2.5\rPID|1||${many}\r`)).refs).toHaveLength(200);
});

test('a message is found by its patients, orders and visit', () => {
  const text =
    'MSH|^~\\&|A|B|C|D|2026||ORU^R01|C1|P|2.5\rPID|1||77^^^MRN|||||||||||||||A9\rPV1|1||||||||||||||||||V1\rORC|RE|P1^X|F1\rOBR|1|P1^X|F1|||||||||||||||ACC\r';
  expect(factsOf(parseMessage(text))).toEqual({
    event: 'ORU^R01',
    controlId: 'C1',
    version: '2.5',
    refs: ['p:77', 'v:A9', 'v:V1', 'o:P1', 'o:F1', 'o:ACC'],
  });
});
