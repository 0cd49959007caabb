import { setDecimal, type ResourceOf } from '#sdk';
import { canonicalText } from './canonical-text.ts';
import { detachedJws, isDetachedJws } from './detached-jws.ts';

const note: ResourceOf<'Composition'> = {
  resourceType: 'Composition',
  status: 'final',
  type: { text: 'Note' },
  date: '2026-11-25',
  author: [{ display: 'Hale' }],
  title: 'A "note"',
};

test('it is the same in whatever order the elements stand, and without meta', () => {
  const { title, ...rest } = note;
  expect(canonicalText({ title, meta: { versionId: '3' }, ...rest })).toBe(canonicalText(note));
  expect(canonicalText(note)).toBe(
    '{"author":[{"display":"Hale"}],"date":"2026-11-25","resourceType":"Composition","status":"final",' +
      '"title":"A \\"note\\"","type":{"text":"Note"}}',
  );
});

test('decimals are signed with their digits', () => {
  const of = (digits: string): string =>
    canonicalText({
      ...note,
      extension: [setDecimal<{ url: string; valueDecimal?: number }>({ url: 'urn:x' }, 'valueDecimal', digits)],
    });
  expect(of('1.50')).toContain('"valueDecimal":1.50');
  expect(of('1.50')).not.toBe(of('1.5'));
});

test('a signature holds for its text alone', () => {
  const key = {
    sign: (text: string) => ({ keyId: 'k', publicKey: '', value: Buffer.from(`signed ${text}`).toString('base64') }),
    isSigned: (text: string, value: string) => Buffer.from(value, 'base64').toString() === `signed ${text}`,
  };
  const jws = detachedJws(key, 'text');
  expect(isDetachedJws(key, jws, 'text')).toBe(true);
  expect(isDetachedJws(key, jws, 'texts')).toBe(false);
  expect(isDetachedJws(key, jws.replace('..', '.x.'), 'text')).toBe(false);
  expect(isDetachedJws(key, '', 'text')).toBe(false);
});
