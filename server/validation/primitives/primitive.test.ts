import { primitive } from './primitive.ts';

/** By type: texts that are valid, and texts that are not. */
const STRINGS: Readonly<Record<string, readonly [valid: readonly string[], invalid: readonly string[]]>> = {
  date: [
    ['2024', '2024-02', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'],
    ['', '24', '0000', '2024-2', '2024-00', '2024-13', '2024-02-30', '2023-02-29', '1900-02-29', '2024-04-31'],
  ],
  dateTime: [
    ['2024', '2024-02', '2024-02-29', '2024-02-29T23:59:60Z', '2024-02-29T00:00:00.123456789+14:00'],
    ['2024-02-29T10:00', '2024-02-29T10:00:00', '2024-02-29T10:00Z', '2024-02-30T10:00:00Z', '2024-02-29 10:00:00Z'],
  ],
  instant: [
    ['2024-02-29T10:00:00Z', '2024-02-29T10:00:00.0-13:59', '2024-02-29T10:00:00+00:00'],
    [
      '2024',
      '2024-02-29',
      '2024-02-29T24:00:00Z',
      '2024-02-29T10:60:00Z',
      '2024-02-29T10:00:61Z',
      '2024-02-29T10:00:00.Z',
      '2024-02-29T10:00:00z',
      '2024-02-29T10:00:00+14:01',
      '2024-02-29T10:00:00+15:00',
      '2024-02-29T10:00:00+0100',
      '2024-02-29T10:00:00Z ',
    ],
  ],
  time: [
    ['00:00:00', '23:59:60', '10:00:00.5'],
    ['', '24:00:00', '10:00', '1:00:00', '10:00:00.', '10:00:00Z', '10-00-00'],
  ],
  base64Binary: [
    ['YQ==', 'YWI=', 'YWJj', 'YWJj\nYWJj', ' YW Jj ', '+/09'],
    ['', ' ', 'Y', 'YQ=', 'YQ', 'Y===', 'YQ==YQ==', 'Y=Q=', 'YW-_', 'YWJé'],
  ],
  id: [
    ['a', 'A-1.b', 'x'.repeat(64)],
    ['', 'x'.repeat(65), 'a_b', 'a b', 'ä', 'a/b'],
  ],
  oid: [
    ['urn:oid:1.2.3', 'urn:oid:0.0', 'urn:oid:2.16.840.1.113883'],
    [
      '',
      '1.2.3',
      'urn:oid:',
      'urn:oid:1',
      'urn:oid:3.1',
      'urn:oid:1.02',
      'urn:oid:1..2',
      'urn:oid:1.2.',
      'urn:oid:1.a',
    ],
  ],
  uuid: [
    ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520', 'urn:uuid:C757873D-EC9A-4326-A141-556F43239520'],
    [
      '',
      'c757873d-ec9a-4326-a141-556f43239520',
      'urn:uuid:c757873dec9a4326a141556f43239520',
      'urn:uuid:g757873d-ec9a-4326-a141-556f43239520',
    ],
  ],
  uri: [
    ['http://x.org/a?b=c#d', 'urn:x', 'relative', 'http://x.org/ä'],
    ['', ' ', 'http://x.org/a b', 'a\n', 'a\u00a0b', 'a\u2003'],
  ],
  url: [['https://x.org'], ['', 'https://x .org']],
  canonical: [
    ['http://x.org/a|1.0', '#contained', 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520'],
    ['', 'http://x.org/a |1.0'],
  ],
  code: [
    ['final', 'in progress', 'ä', '<='],
    ['', ' ', ' a', 'a ', 'a  b', 'a \tb', 'a\u0001'],
  ],
  string: [
    ['a', ' a ', 'line\r\n\ttab', '\u0085', '😀', 'x'.repeat(1_048_576)],
    ['', 'x'.repeat(1_048_577), 'a\u0001', '\u001f', 'a\uffff'],
  ],
  markdown: [['# a\n\n* b'], ['', '\u000b']],
  xhtml: [
    ['<div xmlns="http://www.w3.org/1999/xhtml">a</div>', ' <div>a</div>\n', '<div>\n</div>', '<div/>'],
    ['', 'text', '<p>a</p>', '<divider>a</div>', '<div>a', '<div>&nbsp;</div>', '<div><b></div>', '<div>a</div><div/>'],
  ],
};

describe.each(Object.entries(STRINGS))('%s', (name, [valid, invalid]) => {
  const type = primitive(name);
  if (type.json !== 'string') throw new Error(`${name} is no string in JSON`);

  test.each(valid.map((text) => [text.slice(0, 40), text]))('%j is valid', (_shown, text) => {
    expect(type.isValid(text)).toBe(true);
  });

  test.each(invalid.map((text) => [text.slice(0, 40), text]))('%j is not', (_shown, text) => {
    expect(type.isValid(text)).toBe(false);
  });

  test('a megabyte of hostile text is decided in linear time', () => {
    const [seed = ''] = valid;
    for (const unit of ['a', ' ', '=', 'YQ== ', 'A A', '.1', '<div>', seed]) {
      const filler = unit.repeat(Math.ceil(1_000_000 / unit.length));
      for (const text of [`${filler}!`, `${seed}${filler}`]) {
        const started = process.cpuUsage();
        type.isValid(text);
        expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
      }
    }
  });
});

test.each([
  ['integer', -2_147_483_648, 2_147_483_647],
  ['unsignedInt', 0, 2_147_483_647],
  ['positiveInt', 1, 2_147_483_647],
])('%s goes from %d to %d', (name, least, most) => {
  expect(primitive(name)).toMatchObject({ json: 'number', wholeRange: { least, most } });
});

test('a type that is no primitive is a mistake of the caller', () => {
  expect(() => primitive('HumanName')).toThrow('HumanName is no primitive type of R4');
});
