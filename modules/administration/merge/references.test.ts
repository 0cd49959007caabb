import fc from 'fast-check';
import { setDecimal } from '#sdk';
import { basesOf, onlyMove, withMoved } from './references.ts';

const MOVE = { from: 'Patient/a', to: 'Patient/b' };
const reference = fc.constantFrom(
  { reference: 'Patient/a' },
  { reference: 'Patient/b' },
  { reference: 'Patient/a/_history/1' },
);
const element = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.integer(),
    reference,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('subject', 'item', 'extension', 'value'), tie('node')),
  ),
})).node;
const resource = fc.record({ resourceType: fc.constant('Basic'), content: element });

test('what is moved differs in this alone, names no one else’s, and comes back by its places', () => {
  fc.assert(
    fc.property(resource, (before) => {
      const { resource: after, paths } = withMoved(before, MOVE);
      expect(onlyMove(before, after)).toEqual(paths.length === 0 ? undefined : { ...MOVE, bases: [''] });
      expect(withMoved(after, { from: MOVE.to, to: MOVE.from }, { where: paths }).resource).toEqual(before);
      expect(withMoved(after, MOVE).paths).toEqual([]);
    }),
  );
});

const note = { resourceType: 'Composition', subject: { reference: 'Patient/a' }, title: 'x', meta: { versionId: '1' } };
const about = (more: object): object => ({
  ...note,
  subject: { reference: 'Patient/b' },
  meta: { versionId: '2' },
  ...more,
});

test.each([
  ['is moved', about({}), { ...MOVE, bases: [''] }],
  ['is also written anew', about({ title: 'y' }), undefined],
  ['also has more', about({ status: 'final' }), undefined],
  ['also has less', { resourceType: 'Composition', subject: { reference: 'Patient/b' } }, undefined],
  ['is also labelled', about({ meta: { versionId: '2', tag: [{ code: 'x' }] } }), undefined],
  ['goes two ways', about({ author: [{ reference: 'Patient/c' }] }), undefined],
  ['is what it was', note, undefined],
])('a resource that %s', (_what, after, move) => {
  expect(onlyMove(note, after)).toEqual(move);
});

test('a resource whose two references go to two patients is not moved', () => {
  const two = (first: string, second: string): object => ({
    subject: { reference: first },
    author: { reference: second },
  });
  expect(onlyMove(two('Patient/a', 'Patient/x'), two('Patient/b', 'Patient/y'))).toBeUndefined();
});

test('addresses of this server are moved as addresses, and those of others are not', () => {
  const before = [{ reference: 'https://a.example/fhir/Patient/a' }, { reference: 'https://b.example/Patient/a' }];
  expect(basesOf({ before }, 'Patient/a')).toEqual(['https://a.example/fhir/', 'https://b.example/']);
  const { resource: after, paths } = withMoved({ before }, MOVE, { bases: ['https://a.example/fhir/'] });
  expect([after.before[0]?.reference, paths]).toEqual(['https://a.example/fhir/Patient/b', ['before[0]']]);
  expect(onlyMove({ before }, after)).toEqual({ ...MOVE, bases: ['https://a.example/fhir/'] });
});

test('digits of decimals are kept, and count', () => {
  const dose = setDecimal({ subject: { reference: 'Patient/a' }, value: 1 }, 'value', '1.00');
  const { resource: moved } = withMoved(dose, MOVE);
  expect(onlyMove(dose, moved)).toMatchObject(MOVE);
  expect(onlyMove(dose, setDecimal(moved, 'value', '1.0'))).toBeUndefined();
});
