import { acknowledge, type AcknowledgementOptions } from './acknowledge.ts';
import { acknowledgementMode, isAsked } from './acknowledgement-mode.ts';
import { newControlId } from './control-id.ts';
import { parseMessage } from './parse-message.ts';
import { isReplyTo, readReply } from './read-reply.ts';

const AT = new Date('2024-02-03T04:05:06.789Z');

function reply(text: string | undefined, options: Partial<AcknowledgementOptions>): string[] {
  const message = text === undefined ? undefined : parseMessage(text);
  return acknowledge(message, { code: 'AA', controlId: 'R1', at: AT, ...options }).split('\r');
}

function header(event: string, version: string, rest = ''): string {
  return `MSH|^~\\&|LAB^1.2^ISO|FAC|ATH|CLI|2024||${event}|ID\\T\\1|P^T|${version}${rest}\rPID|1`;
}

describe('the header', () => {
  test('swaps sender and receiver, and copies what has to be the same', () => {
    expect(reply(header('ADT^A01^ADT_A01', '2.5.1', '||||||8859/1'), {})).toEqual([
      'MSH|^~\\&|ATH|CLI|LAB^1.2^ISO|FAC|20240203040506+0000||ACK^A01^ACK|R1|P^T|2.5.1||||||8859/1',
      'MSA|AA|ID\\T\\1',
      '',
    ]);
  });

  test('is written with the delimiters of the sender', () => {
    expect(reply('MSH#!@%*#S#F#R#F2#2026##ADT!A40#M#P#2.5', {}).slice(0, 2)).toEqual([
      'MSH#!@%*#R#F2#S#F#20240203040506+0000##ACK!A40!ACK#R1#P#2.5',
      'MSA#AA#M',
    ]);
  });

  test('of what nobody could read', () => {
    expect(reply(undefined, { code: 'AR', errors: [{ code: '100', location: 'MSH', text: 'no MSH' }] })).toEqual([
      'MSH|^~\\&|||||20240203040506+0000||ACK|R1|P|2.5.1',
      'MSA|AR||no MSH',
      'ERR||MSH|100^Segment sequence error^HL70357|E||||no MSH',
      '',
    ]);
  });
});

describe('what the reply is called', () => {
  test.each([
    ['ADT^A01', '2.5.1', 'ACK^A01^ACK'],
    ['ADT^A01', '2.3', 'ACK^A01'],
    ['ORU', '2.1', 'ACK'],
    ['ORU^R01', '2.4', 'ACK^R01^ACK'],
    ['SIU^S12', '2.5', 'ACK^S12^ACK'],
    ['MDM^T02', '2.5', 'ACK^T02^ACK'],
    ['VXU^V04', '2.5.1', 'ACK^V04^ACK'],
    ['DFT^P03', '2.5', 'ACK^P03^ACK'],
    ['ORM^O01', '2.4', 'ORR^O02^ORR_O02'],
    ['ORM^O01', '2.3', 'ORR^O02'],
    ['OML^O21', '2.5.1', 'ORL^O22^ORL_O22'],
    ['OML^O33', '2.5.1', 'ORL^O34^ORL_O34'],
    ['OMI^O23', '2.5', 'ORI^O24^ORI_O24'],
    ['OMG^O19', '2.5', 'ORG^O20^ORG_O20'],
    ['RDE^O11', '2.5', 'RRE^O12^RRE_O12'],
    ['RDS^O13', '2.5', 'RRD^O14^RRD_O14'],
    ['SRM^S03', '2.5', 'SRR^S03^SRR_S01'],
    ['MFN^M02', '2.5', 'MFK^M02^MFK_M01'],
  ])('%s of %s: %s', (event, version, type) => {
    expect(reply(header(event, version), {})[0]?.split('|')[8]).toBe(type);
    const commit = reply(header(event, version), { code: 'CA' })[0]?.split('|')[8];
    expect(commit).toMatch(/^ACK/);
  });

  test('an answer to a query says which query', () => {
    const query = 'MSH|^~\\&|A|B|C|D|2024||QBP^Q22^QBP_Q21|Q1|P|2.5\rQPD|IHE PDQ Query|T\\T\\1|@PID.5.1^DOE\rRCP|I';
    expect(reply(query, { code: 'AE', errors: [{ code: '204', text: 'unknown' }] }).slice(1)).toEqual([
      'MSA|AE|Q1|unknown',
      'ERR|||204^Unknown key identifier^HL70357|E||||unknown',
      'QAK|T\\T\\1|AE',
      'QPD|IHE PDQ Query|T\\T\\1|@PID.5.1^DOE',
      '',
    ]);
    expect(reply(query, {}).slice(2, 3)).toEqual(['QAK|T\\T\\1|NF']);
    expect(reply(query, { segments: [['QAK', 'T1', 'OK']] }).slice(2)).toEqual(['QAK|T1|OK', '']);
    expect(reply(query, { code: 'CR' })).toHaveLength(3);
  });
});

describe('errors by version', () => {
  const errors = [
    { location: 'PID^1^3', code: '101', text: 'no identifier | none' },
    { code: '207', severity: 'W', text: 'slow' },
  ] as const;

  test.each([
    [
      '2.5.1',
      'MSA|AE|ID\\T\\1|no identifier \\F\\ none',
      [
        'ERR||PID^1^3|101^Required field missing^HL70357|E||||no identifier \\F\\ none',
        'ERR|||207^Application internal error^HL70357|W||||slow',
      ],
    ],
    [
      '2.7',
      'MSA|AE|ID\\T\\1',
      ['ERR||PID^1^3|101^Required field missing^HL70357|E||||no identifier \\F\\ none', expect.anything()],
    ],
    [
      '2.4',
      'MSA|AE|ID\\T\\1|no identifier \\F\\ none|||101^Required field missing^HL70357',
      ['ERR|PID^1^3^101&Required field missing&HL70357~^^^207&Application internal error&HL70357'],
    ],
    ['2.2', 'MSA|AE|ID\\T\\1|no identifier \\F\\ none', [expect.stringMatching(/^ERR\|PID\^1\^3\^101&/)]],
  ])('%s', (version, outcome, segments) => {
    expect(reply(header('ADT^A01', version), { code: 'AE', errors }).slice(1, -1)).toEqual([outcome, ...segments]);
  });

  test.each(['2.2', '2.4', '2.5.1', '2.8'])('are read back as they were written in %s', (version) => {
    const text = reply(header('ADT^A01', version), { code: 'AE', errors, sequence: 7 }).join('\r');
    const read = readReply(parseMessage(text));
    expect(read).toMatchObject({ code: 'AE', controlId: 'ID&1' });
    expect(read.errors.map(({ location, code }) => [location, code])).toEqual([
      ['PID^1^3', '101'],
      ['', '207'],
    ]);
    expect(text.split('\r')[1]?.split('|')[4]).toBe('7');
  });
});

describe('modes', () => {
  test.each([
    ['', '', { kind: 'original' }],
    ['AL', 'NE', { kind: 'enhanced', accept: 'AL', application: 'NE' }],
    ['', 'AL', { kind: 'enhanced', accept: 'NE', application: 'AL' }],
    ['er', 'SU', { kind: 'enhanced', accept: 'ER', application: 'SU' }],
    ['Y', '', { kind: 'enhanced', accept: 'AL', application: 'NE' }],
  ])('MSH-15 %j, MSH-16 %j', (accept, application, mode) => {
    expect(acknowledgementMode(parseMessage(header('ADT^A01', '2.5', `|||${accept}|${application}`)))).toEqual(mode);
  });

  test.each([
    ['AL', true, true],
    ['NE', false, false],
    ['ER', false, true],
    ['SU', true, false],
  ] as const)('%s asks for a reply to a success: %s, to an error: %s', (condition, success, error) => {
    expect([isAsked(condition, true), isAsked(condition, false)]).toEqual([success, error]);
  });

  test('an application reply may ask to be acknowledged in its turn', () => {
    expect(reply(header('ADT^A01', '2.5', '|||AL|AL'), { accept: 'AL' })[0]).toMatch(/\|P\^T\|2\.5\|\|\|AL$/);
  });
});

test('a reply is known by MSA-2, whatever it is called', () => {
  const frame = (text: string) => Buffer.from(text, 'latin1');
  expect(isReplyTo(frame('MSH|^~\\&|A\rSFT|x\rMSA|AA|42'), '42')).toBe(true);
  expect(isReplyTo(frame('MSH|^~\\&|A||||||ORL^O22\nMSA|AE| 42 '), '42')).toBe(true);
  expect(isReplyTo(frame('MSH|^~\\&|A\rMSA|AA|421'), '42')).toBe(false);
  expect(isReplyTo(frame('MSH|^~\\&|A\rPID|1'), '')).toBe(true);
  expect(isReplyTo(frame('nonsense'), '42')).toBe(false);
});

test('control ids are short enough for all versions, and no two are the same', () => {
  const ids = new Set(Array.from({ length: 1000 }, newControlId));
  expect(ids.size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9A-Z]{20}$/);
});
