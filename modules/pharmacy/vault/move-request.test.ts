import { describedMovement, VAULT_TYPES } from './move-request.ts';

const VAULT = 'Location/vault';
const digits = ({ value }: { readonly value?: number }): string => String(value);
const lot = { reference: 'Medication/m' };
const of = (type: string, more: object = {}) =>
  describedMovement(
    { type, lot, quantity: 2, to: undefined, from: undefined, waste: undefined, ...more },
    VAULT,
    'Practitioner/a',
    digits,
  );

test.each([
  ['issue', {}, VAULT, 'Location/stock-patient'],
  ['patient-return', {}, 'Location/stock-patient', VAULT],
  ['waste', {}, VAULT, 'Location/stock-loss'],
  ['count-gain', {}, 'Location/stock-adjustment', VAULT],
  ['transfer', { to: { reference: 'Location/ward' } }, VAULT, 'Location/ward'],
  ['transfer', { from: { reference: 'Location/ward' } }, 'Location/ward', VAULT],
  ['reversal', { from: { reference: 'Location/stock-loss' } }, 'Location/stock-loss', VAULT],
])('%s %j goes from %s to %s', (type, more, origin, destination) => {
  expect(of(type, more)).toMatchObject({ origin, destination, lot: 'Medication/m', quantity: 2, waste: '' });
});

test.each([
  ['transfer', {}],
  ['transfer', { to: { reference: 'Location/ward' }, from: { reference: 'Location/ward' } }],
  ['issue', { to: { reference: 'Location/ward' } }],
  ['transfer', { to: { reference: 'Patient/1' } }],
  ['issue', { lot: { reference: 'Patient/1' } }],
  ['issue', { quantity: 0 }],
  ['issue', { quantity: 1.5 }],
])('%s %j is refused', (type, more) => {
  expect(() => of(type, more)).toThrow();
});

test('what is wasted is part of what is seen', () => {
  expect(of('waste', { waste: { value: 0.5, code: 'mL' } }).waste).toBe('0.5 mL');
  expect(VAULT_TYPES).toContain('waste');
});
