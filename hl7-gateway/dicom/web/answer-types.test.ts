import { acceptOf, answerType, partContentType, readMediaType } from './answer-types.ts';

test.each([
  [undefined, 'fallback'],
  ['*/*', 'fallback'],
  ['application/dicom+json', 'application/dicom+json'],
  ['image/jpeg, text/html;q=0.5', 'image/jpeg'],
  [
    'multipart/related; type="application/dicom"; transfer-syntax=*',
    'multipart/related; type="application/dicom"; transfer-syntax=*',
  ],
  [
    'multipart/related; type=application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.50;q=0.9, image/*',
    'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.4.50, image/*',
  ],
  ['image/png;\tfoo="a,b\\"c"', 'image/png'],
])('of %j a PACS is asked for %j', (accept, asked) => {
  expect(acceptOf(accept, 'fallback')).toBe(asked);
});

test.each([
  'text/html',
  'image/svg+xml',
  'application/dicom+xml',
  'multipart/related; type="text/html"',
  'x'.repeat(2000),
  'nonsense',
  '"',
])('%.40j is not served', (accept) => {
  expect(() => acceptOf(accept, 'fallback')).toThrow(expect.objectContaining({ status: 406 }));
});

test.each([
  [{ 'content-type': 'application/json' }, { kind: 'json', text: 'application/dicom+json' }],
  [{ 'content-type': 'image/png; charset=x' }, { kind: 'bytes', text: 'image/png' }],
  [
    { 'content-type': 'multipart/related; type="application/octet-stream; transfer-syntax=1.2"; boundary=a-b' },
    { kind: 'parts', text: 'multipart/related; type="application/octet-stream"; boundary="a-b"', boundary: 'a-b' },
  ],
])('%j', (headers, type) => {
  expect(answerType(headers)).toEqual(type);
});

test.each([
  {},
  { 'content-type': 'text/html' },
  { 'content-type': 'image/svg+xml' },
  { 'content-type': 'multipart/related; boundary="a\\"b"' },
  { 'content-type': 'multipart/related' },
  { 'content-type': 'image/png', 'content-encoding': 'gzip' },
])('%j is not handed on', (headers) => {
  expect(() => answerType(headers)).toThrow(expect.objectContaining({ status: 502 }));
});

test('types of parts', () => {
  expect(partContentType('application/octet-stream; transfer-syntax=1.2.840')).toBe(
    'application/octet-stream; transfer-syntax=1.2.840',
  );
  expect(partContentType('application/dicom; transfer-syntax="x\ny"')).toBe('application/dicom');
  expect(partContentType('text/html')).toBeUndefined();
  expect(readMediaType('no type at all')).toBeUndefined();
});
