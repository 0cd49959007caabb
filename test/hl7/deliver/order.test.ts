import type { MappedEntry } from '../../../hl7-gateway/map/mapped-message.ts';
import {
  messageOf,
  observationEntry,
  openDeliveryClinic,
  ORDERS,
  patientEntry,
  urn,
  type DeliveryClinic,
} from './delivery-clinic.ts';

let clinic: DeliveryClinic;
beforeAll(async () => {
  clinic = await openDeliveryClinic();
});
afterAll(() => clinic.close());

/** Results of one number, in the order in which they come: status, minute of the event, value. */
async function results(number: string, ...said: readonly (readonly [string, number, string])[]): Promise<unknown> {
  for (const [status, minute, valueString] of said) {
    const patient = patientEntry([`of ${number}`]);
    const eventTime = `2026-01-02T10:${String(minute).padStart(2, '0')}:00Z`;
    await clinic.deliver(
      messageOf([patient, observationEntry(number, patient, { status, valueString }, { eventTime })]),
    );
  }
  const [observation] = await clinic.search(`Observation?identifier=${number}`);
  return [observation?.status, observation?.valueString, observation?.meta?.versionId];
}

test.each([
  [
    'preliminary, then final',
    [
      ['preliminary', 1, 'p'],
      ['final', 2, 'f'],
    ],
    ['final', 'f', '2'],
  ],
  [
    'final, then preliminary',
    [
      ['final', 2, 'f'],
      ['preliminary', 3, 'p'],
    ],
    ['final', 'f', '1'],
  ],
  [
    'final, then corrected, then final',
    [
      ['final', 2, 'f'],
      ['corrected', 3, 'c'],
      ['final', 4, 'g'],
    ],
    ['corrected', 'c', '2'],
  ],
  [
    'a correction of an older time',
    [
      ['final', 2, 'f'],
      ['corrected', 1, 'c'],
    ],
    ['corrected', 'c', '2'],
  ],
  [
    'final twice, the older one later',
    [
      ['final', 2, 'f'],
      ['final', 1, 'e'],
    ],
    ['final', 'f', '1'],
  ],
  [
    'cancelled after final, then preliminary',
    [
      ['final', 2, 'f'],
      ['cancelled', 3, 'x'],
      ['preliminary', 4, 'p'],
    ],
    ['cancelled', 'x', '2'],
  ],
  [
    'wrong, then corrected',
    [
      ['entered-in-error', 2, 'w'],
      ['corrected', 3, 'c'],
    ],
    ['corrected', 'c', '2'],
  ],
] as const)('%s', async (name, said, is) => {
  expect(await results(name.replace(/\W/g, ''), ...said)).toEqual(is);
});

test('what is older is told as superseded, and the rest of its message is applied', async () => {
  const patient = patientEntry(['late']);
  const at = (eventTime: string): Partial<MappedEntry> => ({ eventTime });
  await clinic.deliver(messageOf([patient, observationEntry('late-1', patient, {}, at('2026-01-02T10:00:00Z'))]));
  const [outcome] = await clinic.deliver(
    messageOf([
      patient,
      observationEntry('late-1', patient, { valueString: 'old' }, at('2026-01-02T10:30:00+01:00')),
      observationEntry('late-2', patient, {}, at('2026-01-02T10:30:00+01:00')),
    ]),
  );
  const [first] = await clinic.search('Observation?identifier=late-1');
  expect(outcome).toMatchObject({ kind: 'applied', superseded: [`Observation/${first?.id ?? ''}`] });
  expect(first).not.toHaveProperty('valueString');
  expect(await clinic.search('Observation?identifier=late-2')).toHaveLength(1);
});

test('registrations end as the newest says, in whatever order they come', async () => {
  const said = (minute: number, city: string): MappedEntry =>
    patientEntry(['moved'], { said: { address: [{ city }] }, eventTime: `2026-01-02T10:0${minute}:00Z` });
  for (const [minute, city] of [
    [1, 'Cork'],
    [3, 'Cork'],
    [2, 'Galway'],
  ] as const) {
    await clinic.deliver(messageOf([said(minute, city)]));
  }
  expect(await clinic.search('Patient?identifier=moved')).toMatchObject([{ address: [{ city: 'Cork' }] }]);
});

test('a result before its order makes an order that the order’s own message completes', async () => {
  const patient = patientEntry(['early']);
  const identifier = [{ system: ORDERS, value: 'P1' }];
  const subject = { reference: patient.fullUrl };
  const order: MappedEntry = {
    fullUrl: urn('order'),
    mode: 'upsert',
    match: [`identifier=${ORDERS}|P1`],
    adds: ['identifier'],
    resource: { resourceType: 'ServiceRequest', identifier },
    defaults: { status: 'unknown', intent: 'order', subject },
    eventTime: '2026-01-02T12:00:00Z',
  };
  const basedOn = [{ reference: order.fullUrl }];
  await clinic.deliver(
    messageOf([patient, order, observationEntry('early', patient, { basedOn })], { event: 'ORU^R01' }),
  );
  const placed = { ...order, eventTime: '2026-01-02T09:00:00Z', defaults: {} };
  const said = { status: 'active', intent: 'order', subject, code: { text: 'Glucose' } };
  await clinic.deliver(
    messageOf([patient, { ...placed, resource: { ...order.resource, ...said } }], { event: 'ORM^O01' }),
  );
  const [request, ...others] = await clinic.search('ServiceRequest?identifier=P1');
  expect(others).toEqual([]);
  expect(request).toMatchObject({ status: 'active', code: { text: 'Glucose' } });
  const [observation] = await clinic.search('Observation?identifier=early');
  expect(observation?.basedOn).toEqual([{ reference: `ServiceRequest/${request?.id ?? ''}` }]);
});
