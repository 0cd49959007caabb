import fc from 'fast-check';
import { Fault } from '../../kernel/fault.ts';
import { openCursor, sealCursor } from './cursor.ts';

const KEY = 'link key';
const SCOPE = 'Patient?name=Müller';

const position = fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)));

test('a position comes back as it was', () => {
  fc.assert(
    fc.property(position, (wanted) => {
      expect(openCursor(KEY, SCOPE, sealCursor(KEY, SCOPE, wanted))).toEqual(wanted);
    }),
  );
});

test('a cursor does not show what it holds', () => {
  const cursor = sealCursor(KEY, SCOPE, ['schmidt', 7]);
  expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('schmidt');
});

test('every changed byte is noticed', () => {
  const sealed = Buffer.from(sealCursor(KEY, SCOPE, [1, 2]), 'base64url');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => openCursor(KEY, SCOPE, changed.toString('base64url'))).toThrow(Fault);
  }
});

test.each([
  ['of another request', sealCursor(KEY, 'Patient?name=Meier', [1, 2]), SCOPE],
  ['sealed with another key', sealCursor('other', SCOPE, [1, 2]), SCOPE],
  ['empty', '', SCOPE],
  ['no base64', '%%%', SCOPE],
  ['short', 'abcd', SCOPE],
  ['long', 'a'.repeat(100_000), SCOPE],
])('a cursor that is %s is a 400', (_what, cursor, scope) => {
  let error: unknown;
  try {
    openCursor(KEY, scope, cursor);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ status: 400, code: 'paging.badCursor' });
});
