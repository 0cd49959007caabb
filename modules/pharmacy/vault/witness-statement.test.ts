import { extensionUrl } from '../names.ts';
import { readStatement, usableUntil, witnessStatement } from './witness-statement.ts';

const made = witnessStatement('Location/vault', 'a'.repeat(64));
const stored = {
  ...made,
  author: { reference: 'Practitioner/ben' },
  extension: [
    ...(made.extension ?? []),
    { url: extensionUrl('witnessed-at'), valueInstant: '2026-11-26T10:00:00.000Z' },
  ],
};

test('a statement serves for two minutes', () => {
  const statement = readStatement(stored);
  expect(statement).toMatchObject({ witness: 'Practitioner/ben', hash: 'a'.repeat(64) });
  expect(statement && usableUntil(statement).toISOString()).toBe('2026-11-26T10:02:00.000Z');
});

test.each([
  ['nothing', undefined],
  ['without its time', made],
  ['without its author', { ...stored, author: undefined }],
  ['another record', { ...stored, code: { coding: [{ system: 'urn:other', code: 'witness-statement' }] } }],
])('%s is no statement', (_what, basic) => {
  expect(readStatement(basic as typeof made | undefined)).toBeUndefined();
});
