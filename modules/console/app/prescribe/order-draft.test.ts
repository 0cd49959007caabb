import { draftOf, EMPTY_FORM, type OrderForm } from './order-draft.ts';

const product = {
  id: 'p',
  name: 'Sertraline 50 mg tablet',
  code: { text: 'Sertraline 50 mg tablet' },
  baseUnit: '{tablet}',
  routes: [{ text: 'oral' }],
  schedule: undefined,
};
const filled: OrderForm = { ...EMPTY_FORM, dose: '1', days: '28', quantity: '28', repeats: '2' };
const asked = { patient: '1', prescriber: 'Practitioner/2', product, now: '2026-11-25T10:00:00Z' };

test('an order as it is stored', () => {
  expect(draftOf({ ...filled, dose: '0.5', timesADay: '2', note: 'with a meal' }, asked)).toMatchObject({
    kind: 'draft',
    order: {
      status: 'draft',
      subject: { reference: 'Patient/1' },
      requester: { reference: 'Practitioner/2' },
      dosageInstruction: [
        {
          text: '0.5 tablets 2 times a day for 28 days',
          patientInstruction: 'with a meal',
          timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd', boundsDuration: { value: 28, code: 'd' } } },
          route: { text: 'oral' },
          doseAndRate: [{ doseQuantity: { value: 0.5, unit: 'tablet', code: '{tablet}' } }],
        },
      ],
      dispenseRequest: { quantity: { value: 28, code: '{tablet}' }, numberOfRepeatsAllowed: 2 },
    },
  });
});

test('without an end it lasts as long as it is needed', () => {
  const drafted = draftOf({ ...filled, days: '', asNeeded: true }, asked);
  const [dosage] = drafted.kind === 'draft' ? (drafted.order.dosageInstruction ?? []) : [];
  expect(dosage).toMatchObject({ text: '1 tablet once a day as needed', asNeededBoolean: true });
  expect(dosage?.timing?.repeat?.boundsDuration).toBeUndefined();
});

test.each<[string, Partial<OrderForm>]>([
  ['no dose', { dose: '' }],
  ['a dose of nothing', { dose: '0' }],
  ['a comma', { dose: '0,5' }],
  ['a dose that JSON would round', { dose: '0.12345' }],
  ['a fraction of a pack', { quantity: '1.5' }],
  ['no quantity', { quantity: '0' }],
  ['days that are none', { days: '-1' }],
  ['repeats that are none', { repeats: 'two' }],
])('%s is told', (_what, wrong) => {
  expect(draftOf({ ...filled, ...wrong }, asked)).toMatchObject({ kind: 'incomplete', problems: [expect.any(String)] });
});

test('a medicine that is not chosen is told', () => {
  expect(draftOf(filled, { ...asked, product: undefined }).kind).toBe('incomplete');
});
