import { openDeliveryClinic, type DeliveryClinic } from '../deliver/delivery-clinic.ts';
import { send } from './delivered.ts';

let clinic: DeliveryClinic;
beforeAll(async () => {
  clinic = await openDeliveryClinic();
});
afterAll(() => clinic.close());

/** Events in the order in which they arrive, each with the minute at which it happened, and what the visit is at the end. */
test.each<readonly [string, readonly (readonly [string, number])[], string]>([
  ['admitted', [['A01', 1]], 'in-progress'],
  ['registered', [['A04', 1]], 'in-progress'],
  [
    'expected, come, left',
    [
      ['A05', 1],
      ['A01', 2],
      ['A03', 3],
    ],
    'finished',
  ],
  [
    'an admission that was none',
    [
      ['A01', 1],
      ['A11', 2],
    ],
    'cancelled',
  ],
  [
    'an admission of who was expected, that was none',
    [
      ['A05', 1],
      ['A01', 2],
      ['A11', 3],
    ],
    'planned',
  ],
  [
    'expected, and called off',
    [
      ['A05', 1],
      ['A38', 2],
    ],
    'cancelled',
  ],
  [
    'a discharge that was none',
    [
      ['A01', 1],
      ['A03', 2],
      ['A13', 3],
    ],
    'in-progress',
  ],
  [
    'away for a while',
    [
      ['A01', 1],
      ['A21', 2],
    ],
    'onleave',
  ],
  [
    'away and back',
    [
      ['A01', 1],
      ['A21', 2],
      ['A22', 3],
    ],
    'in-progress',
  ],
  [
    'deleted',
    [
      ['A01', 1],
      ['A23', 2],
    ],
    'entered-in-error',
  ],
  [
    'an update says nothing of the status',
    [
      ['A05', 1],
      ['A08', 2],
    ],
    'planned',
  ],
  [
    'a cancellation that overtakes its admission',
    [
      ['A11', 2],
      ['A01', 1],
    ],
    'cancelled',
  ],
  [
    'a discharge that overtakes its admission',
    [
      ['A03', 2],
      ['A01', 1],
    ],
    'finished',
  ],
  [
    'the same again',
    [
      ['A01', 1],
      ['A01', 1],
    ],
    'in-progress',
  ],
])('%s', async (name, events, status) => {
  const number = name.replaceAll(/\W/g, '');
  for (const [event, minute] of events) {
    const time = `2024030108${String(minute).padStart(2, '0')}00`;
    const outcome = await send(
      clinic,
      [`ADT^${event}`, time],
      `EVN|${event}|${time}`,
      `PID|1||${number}^^^MRN||Doe^Ann||19800101|F`,
      `PV1|1|${event === 'A05' ? 'P' : 'I'}|W^R^${number}||||||||||||||||V${number}^^^VISIT`,
    );
    expect(outcome).toMatchObject({ kind: 'applied' });
  }
  const visits = await clinic.search(`Encounter?identifier=V${number}`);
  expect(visits).toMatchObject([{ status }]);
});
