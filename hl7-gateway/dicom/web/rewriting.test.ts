import { Readable, type Transform } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { proxiedUrl } from './proxied-url.ts';
import { rewriteJson, rewriteJsonText } from './rewrite-json.ts';
import { rewriteParts } from './rewrite-parts.ts';

const PACS = 'http://pacs:8042/dicom-web';
const HERE = 'https://images.example/dicom-web';
const asked = new URL(`${PACS}/studies/1.2/metadata`);
const here = (said: string): string | undefined => proxiedUrl(said, asked, HERE);

test.each([
  [`${PACS}/studies/1.2`, `${HERE}/studies/1.2`],
  ['http://10.0.0.7/other/root/studies/1.2/series/3', `${HERE}/studies/1.2/series/3`],
  ['series/3/instances/4/bulk/7fe00010', `${HERE}/studies/1.2/series/3/instances/4/bulk/7fe00010`],
  ['/dicom-web/studies/1.2/series/3/instances/4/frames/1', `${HERE}/studies/1.2/series/3/instances/4/frames/1`],
])('%s is %s here', (said, expected) => {
  expect(here(said)).toBe(expected);
  expect(here(expected)).toBe(expected);
});

test.each([
  '',
  'http://pacs:8042/instances/4',
  `${PACS}/studies/1.2?x=1`,
  `${PACS}/studies/x`,
  'javascript:alert(1)',
  'file:///etc/passwd',
  'http://[',
])('%j is nothing here', (said) => {
  expect(here(said)).toBeUndefined();
});

const METADATA = JSON.stringify([
  {
    '00081190': { vr: 'UR', Value: [`${PACS}/studies/1.2`] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: `"BulkDataURI":"${PACS}/studies/1.2" Müller` }] },
    '00281050': { vr: 'DS', Value: [40.5] },
    '7FE00010': { vr: 'OW', BulkDataURI: `${PACS}/studies/1.2/series/3/instances/4/bulk/7fe00010` },
    '00420011': { BulkDataURI: 'http://elsewhere/file', vr: 'OB' },
    '00081115': { Value: [{ '00081190': { Value: [`${PACS}/studies/1.2/series/3`], vr: 'UR' } }], vr: 'SQ' },
  },
]).replace('40.5', '40.500');
const REWRITTEN = METADATA.replaceAll(`["${PACS}`, `["${HERE}`)
  .replace(`"BulkDataURI":"${PACS}/studies/1.2/series`, `"BulkDataURI":"${HERE}/studies/1.2/series`)
  .replace('http://elsewhere/file', '');

test('addresses in DICOM JSON become those of here; what people wrote stays to the letter', () => {
  expect(rewriteJsonText(METADATA, here)).toBe(REWRITTEN);
  expect(rewriteJsonText(METADATA.replaceAll('/', '\\/'), here)).toContain(`"${HERE}/studies/1.2/series/3"`);
});

const chunked = async (bytes: Buffer, sizes: readonly number[], through: Transform): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  const [read] = await Promise.all([buffer(through), pipeline(Readable.from(chunks), through)]);
  return read;
};
const sizes = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 6 });

test('wherever the text is cut on its way', async () => {
  const many = Buffer.from(`[${Array.from({ length: 20 }, () => METADATA).join(',')}]`);
  const expected = `[${Array.from({ length: 20 }, () => REWRITTEN).join(',')}]`;
  await fc.assert(
    fc.asyncProperty(sizes, async (cuts) => {
      expect((await chunked(many, cuts, rewriteJson(here))).toString()).toBe(expected);
    }),
    { numRuns: 60 },
  );
});

const part = (headers: string, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`--b-1\r\n${headers}\r\n\r\n`), data, Buffer.from('\r\n')]);

test('parts keep their bytes, and no more of their headers than is known', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }),
      sizes,
      async (files, cuts) => {
        const data = files.map((bytes) =>
          Buffer.concat([Buffer.from('\r\n--b-\r\n--'), bytes, Buffer.from('\r\n\r\n-')]),
        );
        const headers = `content-type: Application/DICOM; x=y\r\nX-Secret: pacs\r\nContent-Location: ${PACS}/studies/1.2`;
        const body = Buffer.concat([...data.map((each) => part(headers, each)), Buffer.from('--b-1--\r\nand more')]);
        const known = `Content-Type: application/dicom\r\nContent-Location: ${HERE}/studies/1.2`;
        const expected = Buffer.concat([...data.map((each) => part(known, each)), Buffer.from('--b-1--\r\n')]);
        expect(await chunked(body, cuts, rewriteParts('b-1', here))).toEqual(expected);
      },
    ),
    { numRuns: 100 },
  );
});

test.each([
  ['a page', part('Content-Type: text/html', Buffer.from('<script>')), 'not served'],
  ['a drawing that may hold programs', part('Content-Type: image/svg+xml', Buffer.from('<svg>')), 'not served'],
  ['no type', part('X: y', Buffer.from('x')), 'not served'],
  ['a body that is cut', part('Content-Type: application/dicom', Buffer.from('x')), 'last delimiter'],
  ['endless headers', Buffer.from(`--b-1\r\n${'X: y\r\n'.repeat(3000)}`), 'too long'],
  ['something else', Buffer.alloc(20_000, 7), 'no part begins'],
])('%s ends the stream', async (_, body, words) => {
  await expect(chunked(body, [100], rewriteParts('b-1', here))).rejects.toThrow(words);
});
