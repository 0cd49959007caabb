import fc from 'fast-check';
import { readPath, tryPath, writePath, type DicomPath } from './dicom-path.ts';

const uid = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('.'));

const place = fc.oneof(
  fc.record({ study: uid }),
  fc.record({ study: uid, series: uid }),
  fc.record({ study: uid, series: uid, instance: uid }),
);

test('what it reads it writes again, to the letter', () => {
  const part = fc.constantFrom('metadata', 'rendered', 'thumbnail', 'pixeldata');
  fc.assert(
    fc.property(place, fc.option(part, { nil: undefined }), (path: DicomPath, each) => {
      const said = { ...path, ...(each === undefined ? {} : { part: each }) };
      const text = writePath(said);
      expect(readPath(text)).toEqual(said);
    }),
  );
});

test.each([
  ['studies', { search: 'studies' }],
  ['series', { search: 'series' }],
  ['instances', { search: 'instances' }],
  ['studies/1.2/series', { study: '1.2', search: 'series' }],
  ['studies/1.2/instances', { study: '1.2', search: 'instances' }],
  ['studies/1.2/series/3/instances', { study: '1.2', series: '3', search: 'instances' }],
  ['studies/1.2/series/3/instances/4/frames/1,2', { study: '1.2', series: '3', instance: '4', frames: '1,2' }],
  [
    'studies/1.2/series/3/instances/4/frames/1/rendered',
    { study: '1.2', series: '3', instance: '4', frames: '1', part: 'rendered' },
  ],
  [
    'studies/1.2/series/3/instances/4/bulk/00081140/1/00081150',
    { study: '1.2', series: '3', instance: '4', bulk: 'bulk/00081140/1/00081150' },
  ],
])('%s', (text, path) => {
  expect(readPath(text)).toEqual(path);
  expect(writePath(readPath(text))).toBe(text);
});

test.each([
  '',
  '/',
  'studies/',
  'studies//metadata',
  'studies/1.2/',
  'studies/1.2/metadata/',
  'studies/..',
  'studies/../instances',
  'studies/1..2',
  'studies/.1',
  'studies/1.2%2f..%2f..',
  'studies/1.2%00',
  'studies/1.2/../../system',
  'studies/1.2;a=b',
  'studies/1.2?x',
  'studies/1.2#x',
  'studies/1.2\\..\\..',
  'studies/http://evil.example/',
  'studies/1.2@evil.example',
  'studies/１.２',
  `studies/${'1'.repeat(65)}`,
  'studies/1.2/series/3/frames/1',
  'studies/1.2/series/3/instances/4/frames/0',
  'studies/1.2/series/3/instances/4/frames/1,',
  'studies/1.2/series/3/instances/4/frames/-1',
  'studies/1.2/series/3/instances/4/frames/1/metadata',
  'studies/1.2/series/3/instances/4/bulk',
  'studies/1.2/series/3/instances/4/bulk/..',
  'studies/1.2/series/3/instances/4/bulk/7fe00010/1',
  'studies/1.2/series/3/instances/4/bulk/../../../../../../patients',
  'studies/1.2/instances/4',
  'series/3',
  'instances/4/metadata',
  'patients',
  'servers',
  '../instances',
  'STUDIES',
  'wado',
])('%j is refused', (text) => {
  expect(tryPath(text)).toBeUndefined();
  expect(() => readPath(text)).toThrow('no resource of DICOMweb');
});

test('whatever it takes holds nothing but names, numbers, dots and commas', () => {
  const pieces = fc.constantFrom(
    'studies',
    'series',
    'instances',
    'frames',
    'bulk',
    'metadata',
    '1.2',
    '..',
    '',
    '%2e',
    'a',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 9 }), (segments) => {
      const text = segments.join('/');
      const path = tryPath(text);
      if (path === undefined) return;
      expect(writePath(path)).toBe(text);
      expect(text).toMatch(/^[a-z0-9.,/A-F]+$/);
      expect(text).not.toContain('..');
    }),
    { numRuns: 2000 },
  );
});
