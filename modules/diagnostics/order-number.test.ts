import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { accessionFor, checkCharacter, studyUidFor } from './order-number.ts';

const ids = fc.noShrink(fc.constant(undefined).map(() => randomUUID()));
const valueOf = (id: string): string => accessionFor(id).value ?? '';

test('accession numbers fit into SH, and say when a character is wrong or two are exchanged', () => {
  fc.assert(
    fc.property(ids, fc.nat(12), fc.nat(31), (id, position, other) => {
      const value = valueOf(id);
      expect(value).toMatch(/^A[0-9A-HJKMNP-TV-Z]{14}$/);
      const [digits, check] = [value.slice(1, -1), value.slice(-1)];
      expect(checkCharacter(digits)).toBe(check);
      const wrong = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.charAt(other);
      const changed = digits.slice(0, position) + wrong + digits.slice(position + 1);
      expect(checkCharacter(changed) === check).toBe(changed === digits);
    }),
  );
});

test('100,000 orders have 100,000 numbers', () => {
  const ofOrders = Array.from({ length: 100_000 }, () => valueOf(randomUUID()));
  expect(new Set(ofOrders).size).toBe(100_000);
});

// The example of https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_B.2.html
test('a UUID as UID', () => {
  expect(studyUidFor('f81d4fae-7dec-11d0-a765-00a0c91e6bf6')).toEqual({
    system: 'urn:dicom:uid',
    value: 'urn:oid:2.25.329800735698586629295641978511506172918',
  });
});
