import fc from 'fast-check';
import { MapFailure, type MappedMessage } from '../../../hl7-gateway/map/mapped-message.ts';
import { mapMessage, messageOf } from './samples.ts';

const EVENTS = [
  ...[
    '01',
    '02',
    '03',
    '04',
    '05',
    '06',
    '08',
    '10',
    '11',
    '13',
    '17',
    '18',
    '21',
    '22',
    '23',
    '24',
    '28',
    '29',
    '31',
    '34',
  ].map((n) => `ADT^A${n}`),
  ...['35', '36', '37', '38', '39', '40', '41', '42', '44', '45', '46', '47', '48', '49', '50', '51', '60'].map(
    (n) => `ADT^A${n}`,
  ),
  ...['SIU^S12', 'SIU^S13', 'SIU^S15', 'SIU^S26', 'MDM^T01', 'MDM^T02', 'MDM^T10', 'MDM^T11'],
  ...['MFN^M02', 'MFN^M04', 'MFN^M05', 'MFN^M08'],
];

const SEGMENTS = [
  'EVN',
  'PID',
  'PD1',
  'NK1',
  'PV1',
  'PV2',
  'ROL',
  'PRT',
  'AL1',
  'IAM',
  'DG1',
  'PR1',
  'IN1',
  'GT1',
  'MRG',
  'SCH',
  'TQ1',
  'RGS',
  'AIS',
  'AIG',
  'AIL',
  'AIP',
  'TXA',
  'OBX',
  'NTE',
  'MFI',
  'MFE',
  'STF',
  'PRA',
  'LOC',
  'OM1',
  'OM2',
  'CDM',
  'PRC',
  'SFT',
  'ZZZ',
  'DB1',
];

const atom = fc.oneof(
  fc.constantFrom(
    '',
    '',
    '""',
    '1',
    '20240301',
    '202403010800+0100',
    'A^B^C^D',
    '7^^^MRN',
    '7^^^X&1.2.3&ISO^MR',
    'M',
    'Y',
    '5.40',
    'W^R^B^H',
    'x^Smith^Ann',
    '8867-4^Rate^LN',
    '~',
    '^^&^',
    'D',
    'U',
  ),
  fc.string({ maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, ' ')),
);
const segment = fc
  .tuple(fc.constantFrom(...SEGMENTS), fc.array(atom, { maxLength: 50 }))
  .map(([name, fields]) => [name, ...fields].join('|'));
const anyMessage = fc
  .tuple(fc.constantFrom(...EVENTS), fc.array(segment, { maxLength: 12 }))
  .map(([event, segments]) => messageOf(`MSH|^~\\&|A|B|C|D|20240301||${event}|1|P|2.5`, ...segments));

function mapped(message: ReturnType<typeof messageOf>): MappedMessage | undefined {
  try {
    return mapMessage(message);
  } catch (error) {
    if (error instanceof MapFailure) return undefined;
    throw error;
  }
}

/** References to entries, at any depth. */
function references(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === 'reference' && typeof each === 'string' ? [each] : references(each),
  );
}

test('whatever a message holds, it is mapped the same each time, or a person is told why not', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const first = mapped(message);
      expect(mapped(message)).toEqual(first);
      if (first === undefined) return;
      const urls = first.entries.map(({ fullUrl }) => fullUrl);
      expect(new Set(urls).size).toBe(urls.length);
      for (const { resource } of first.entries) {
        const own = new Set(
          (Array.isArray(resource.contained) ? resource.contained : []).map(
            (each) => `#${String((each as { id?: string }).id)}`,
          ),
        );
        for (const reference of references(resource)) expect(urls.includes(reference) || own.has(reference)).toBe(true);
      }
    }),
    { numRuns: 1500 },
  );
});

test('content is never in what is told to people', () => {
  fc.assert(
    fc.property(fc.constantFrom(...EVENTS), (event) => {
      const secret = 'TOPSECRET';
      try {
        mapMessage(
          messageOf(
            `MSH|^~\\&|A|B|C|D|20240301||${event}|1|P|2.5`,
            `PID|||${secret}||${secret}`,
            `MRG|${secret}`,
            `SCH|${secret}`,
          ),
        );
      } catch (error) {
        expect(String(error)).not.toContain(secret);
      }
    }),
  );
});

test.each([300, 20_000])('%i numbers of a patient are as many identifiers', (count) => {
  const numbers = Array.from({ length: count }, (_, index) => `${index}^^^MRN`).join('~');
  const { entries, patients } = mapMessage(
    messageOf('MSH|^~\\&|A|B|C|D|20240301||ADT^A28|1|P|2.5', `PID|1||${numbers}||Doe`),
  );
  expect(entries[0]?.resource.identifier).toHaveLength(count);
  expect(patients).toHaveLength(count);
});

test('2,000 charts that become one, one after the other', () => {
  const pairs = Array.from({ length: 2000 }, (_, index) => [
    `PID|1||${index + 1}^^^MRN||Doe`,
    `MRG|${index}^^^MRN`,
  ]).flat();
  const { entries, merges } = mapMessage(messageOf('MSH|^~\\&|A|B|C|D|20240301||ADT^A40|1|P|2.5', ...pairs));
  expect(merges).toHaveLength(2000);
  expect(entries.filter(({ mode }) => mode === 'patient')).toHaveLength(1);
});

test('Z segments and fields that no map knows stay visible', () => {
  const { unread } = mapMessage(
    messageOf(
      'MSH|^~\\&|A|B|C|D|20240301||ADT^A28|1|P|2.5',
      'PID|1||7^^^MRN^^^^^^X||Doe|||||2106-3',
      'ZPD|1|more',
      'PV2||A',
    ),
  );
  expect(unread).toEqual(['PID[1]-3.10', 'PID[1]-10', 'ZPD[1]', 'PV2[1]']);
});

test.each([
  ['ADT^A01', [], 'PID'],
  ['ADT^A40', ['PID|1||7^^^MRN||Doe'], 'MRG'],
  ['ADT^A40', ['PID|1||7||Doe', 'MRG|8^^^MRN'], 'PID^1^3'],
  ['ADT^A40', ['PID|1||7^^^MRN||Doe', 'MRG|""'], 'MRG^1^4'],
  ['ADT^A24', ['PID|1||7^^^MRN||Doe'], 'PID^2'],
  ['SIU^S12', ['SCH|1', 'PID|1||7^^^MRN||Doe'], 'SCH^1^11'],
  ['SIU^S12', ['SCH|'], 'SCH^1^2'],
  ['MDM^T02', ['PID|1||7^^^MRN||Doe', 'TXA|1'], 'TXA^1^12'],
  ['MFN^M02', ['MFI|STF'], 'MFE'],
])('%s of %j says where something is missing', (event, segments, location) => {
  const message = messageOf(`MSH|^~\\&|A|B|C|D|20240301||${event}|1|P|2.5`, ...segments);
  const context = {
    ofAssigner: (namespace: string) => (namespace === '' ? undefined : `https://x.example/${namespace}`),
    ofCodingSystem: () => 'https://x.example',
  };
  expect(() =>
    mapMessage(message, {
      partner: 'p',
      receivedAt: '2024-03-01T00:00:00Z',
      timeZone: 'UTC',
      systems: context,
      translate: () => undefined,
    }),
  ).toThrow(expect.objectContaining({ location, code: '101' }));
});
