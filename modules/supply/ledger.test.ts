import { testClinic } from '#sdk/testing';
import { ACCOUNTS } from './accounts.ts';
import { codeIn, enter, lot, place, store, tried } from './supply.fixture.ts';
import { deliveryOf } from './post.ts';
import { codeSystem, structure } from './names.ts';

const clinic = testClinic(import.meta.dirname);

test('stock is received, issued and reversed', async () => {
  const { location, lots } = await store(clinic, 'first', [{ number: 'A1', there: 30 }]);
  const [id = ''] = lots;
  const issue = await enter(clinic, { type: 'issue', lot: id, quantity: 21, origin: location });
  expect(issue.destination?.reference).toBe(`Location/${ACCOUNTS.patient}`);
  expect(issue.suppliedItem?.quantity).toMatchObject({ value: 21, code: '{tablet}' });
  expect(await tried(clinic, { type: 'issue', lot: id, quantity: 10, origin: location })).toEqual([
    409,
    'supply.insufficientStock',
  ]);
  const back = {
    type: 'reversal',
    lot: id,
    origin: ACCOUNTS.patient,
    destination: location,
    reverses: issue.id,
  } as const;
  expect(await tried(clinic, { ...back, quantity: 22, reason: 'DATA_ENTRY' })).toEqual([422, 'supply.overReversed']);
  const reversal = await enter(clinic, { ...back, quantity: 21, reason: 'DATA_ENTRY' });
  expect(await tried(clinic, { ...back, quantity: 1, reason: 'DATA_ENTRY' })).toEqual([422, 'supply.overReversed']);
  expect(
    await tried(clinic, {
      ...back,
      origin: location,
      destination: ACCOUNTS.patient,
      quantity: 1,
      reason: 'DATA_ENTRY',
      reverses: reversal.id,
    }),
  ).toEqual([422, 'supply.reversalOfReversal']);
});

test('packs convert exactly, other units do not', async () => {
  const { location, lots } = await store(clinic, 'packs', [{ number: 'A1', there: 0 }]);
  const [id = ''] = lots;
  const receipt = { type: 'receipt', lot: id, destination: location } as const;
  const stored = await enter(clinic, { ...receipt, quantity: 2, unit: '{box}' });
  expect(stored.suppliedItem?.quantity).toMatchObject({ value: 60, code: '{tablet}' });
  expect(await tried(clinic, { ...receipt, quantity: 0.25, unit: '{box}' })).toEqual([422, 'supply.badUnit']);
  expect(await tried(clinic, { ...receipt, quantity: 1, unit: 'mL' })).toEqual([422, 'supply.badUnit']);
  expect(await tried(clinic, { ...receipt, quantity: 0.5 })).toEqual([422, 'supply.badQuantity']);
});

test.each([
  ['future', { at: '2999-01-01T00:00:00Z' }, 'supply.futureDated'],
  ['no reason', { type: 'waste' }, 'supply.needsReason'],
  ['wrong side', { type: 'receipt', destination: ACCOUNTS.patient }, 'supply.badSides'],
  ['dated back before it was there', { at: '2020-01-01T00:00:00Z' }, 'supply.wouldBeNegative'],
] as const)('refused: %s', async (name, more, code) => {
  const { location, lots } = await store(clinic, `refused ${name}`, [{ number: 'A1', there: 30 }]);
  const [id = ''] = lots;
  const movement = {
    type: 'issue',
    lot: id,
    quantity: 1,
    ...('destination' in more ? {} : { origin: location }),
  } as const;
  expect(await tried(clinic, { ...movement, ...more })).toEqual([422, code]);
});

test('the first lot to expire goes first, unless there is a reason', async () => {
  const { location, lots } = await store(clinic, 'fefo', [
    { number: 'late', expires: '2031-01', there: 30 },
    { number: 'early', expires: '2030-01', there: 30 },
    { number: 'gone', expires: '2020-01', there: 30 },
    { number: 'held', expires: '2029-01', status: 'quarantined', there: 30 },
  ]);
  const [late = '', early = '', gone = '', held = ''] = lots;
  const issue = { type: 'issue', quantity: 5, origin: location } as const;
  expect(await tried(clinic, { ...issue, lot: late })).toEqual([422, 'supply.notFirst']);
  expect(await tried(clinic, { ...issue, lot: gone })).toEqual([422, 'supply.lotExpired']);
  expect(await tried(clinic, { ...issue, lot: held })).toEqual([422, 'supply.lotNotActive']);
  expect(await tried(clinic, { ...issue, lot: late, reason: 'clinical' })).toEqual([201, undefined]);
  expect(await tried(clinic, { ...issue, lot: early })).toEqual([201, undefined]);
});

test('II.1.3 a duplicate lot is refused, and one with another expiry', async () => {
  const { product } = await store(clinic, 'lots', [{ number: 'A1', expires: '2030-06-30', there: 0 }]);
  const again = await clinic.send('POST', 'Medication', lot({ product, number: 'A1', expires: '2030-06' }));
  expect([again.status, codeIn(again.body)]).toEqual([409, 'supply.duplicateLot']);
  const other = await clinic.send('POST', 'Medication', lot({ product, number: 'A1', expires: '2031-06-30' }));
  expect([other.status, codeIn(other.body)]).toEqual([422, 'supply.otherExpiry']);
});

test('no path enters a movement that is in the future, or changes one', async () => {
  const { location, lots } = await store(clinic, 'bypass', [{ number: 'A1', there: 300 }]);
  const [id = ''] = lots;
  const accepted = deliveryOf({ type: 'issue', lot: id, quantity: 1, origin: location, at: new Date().toISOString() });
  const bypasses = await clinic.bypasses({
    accepted,
    refused: { ...accepted, status: 'abandoned' },
    fhirPathPatch: {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'SupplyDelivery.status' },
            { name: 'value', valueCode: 'abandoned' },
          ],
        },
      ],
    },
    fault: 'supply.startsSo',
  });
  expect(bypasses.filter(({ outcome }) => !outcome.includes('supply.frozen'))).toEqual([]);
  expect(await clinic.deletionBypasses({ kept: accepted, fault: 'supply.keepsItsPlace' })).toEqual([]);
});

test('a delivery of a lot must be a movement; other deliveries are none of the ledger’s business', async () => {
  const { lots } = await store(clinic, 'hidden', [{ number: 'A1', there: 3 }]);
  const plain = {
    resourceType: 'SupplyDelivery',
    status: 'completed',
    suppliedItem: { itemReference: { reference: `Medication/${lots[0] ?? ''}` } },
  } as const;
  const hidden = await clinic.send('POST', 'SupplyDelivery', plain);
  expect([hidden.status, codeIn(hidden.body)]).toEqual([422, 'supply.notAMovement']);
  await clinic.store({ ...plain, suppliedItem: { itemCodeableConcept: { text: 'Bandages' } } });
});

test('II.3.4 a transfer travels, and what is missing on arrival must be explained', async () => {
  const { location, lots } = await store(clinic, 'transfer', [{ number: 'A1', there: 30 }]);
  const [id = ''] = lots;
  const ward = (await clinic.store(place('ward'))).id;
  const sent = await enter(clinic, {
    type: 'transfer',
    lot: id,
    quantity: 10,
    origin: location,
    destination: ward,
    status: 'in-progress',
  });
  const arrived = {
    ...sent,
    status: 'completed',
    occurrencePeriod: { ...sent.occurrencePeriod, end: new Date().toISOString() },
  } as const;
  const short = {
    ...arrived,
    extension: [...(sent.extension ?? []), { url: structure('movement-received'), valueUnsignedInt: 8 }],
  };
  const refused = await clinic.send('PUT', `SupplyDelivery/${sent.id}`, short);
  expect([refused.status, codeIn(refused.body)]).toEqual([422, 'supply.unexplained']);
  const waste = deliveryOf({
    type: 'waste',
    lot: id,
    quantity: 2,
    origin: 'stock-transit',
    reason: 'SHORT_RECEIPT',
    partOf: sent.id,
  });
  const both = await clinic.send('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: short, request: { method: 'PUT', url: `SupplyDelivery/${sent.id}` } },
      { resource: waste, request: { method: 'POST', url: 'SupplyDelivery' } },
    ],
  });
  expect(both.status).toBe(200);
  const again = await clinic.send('PUT', `SupplyDelivery/${sent.id}`, arrived);
  expect([again.status, codeIn(again.body)]).toEqual([422, 'supply.frozen']);
});

test('a place with the policy fifo uses what came first, whatever expires first', async () => {
  const { location, product, lots } = await store(clinic, 'fifo', [
    { number: 'first', expires: '2033-01', there: 5 },
    { number: 'second', expires: '2030-01', there: 5 },
  ]);
  const levels = [
    { url: 'item', valueReference: { reference: `MedicationKnowledge/${product}` } },
    { url: 'location', valueReference: { reference: `Location/${location}` } },
    { url: 'maximum', valuePositiveInt: 100 },
    { url: 'reorderPoint', valueUnsignedInt: 0 },
    { url: 'issueOrder', valueCode: 'fifo' },
  ];
  const policy = {
    resourceType: 'Basic',
    code: { coding: [{ system: codeSystem('stock-record'), code: 'stock-policy' }] },
    extension: [{ url: structure('stock-levels'), extension: levels }],
  } as const;
  await clinic.store(policy);
  const again = await clinic.send('POST', 'Basic', policy);
  expect([again.status, codeIn(again.body)]).toEqual([409, 'supply.duplicatePolicy']);
  const issue = { type: 'issue', quantity: 5, origin: location } as const;
  expect(await tried(clinic, { ...issue, lot: lots[1] ?? '' })).toEqual([422, 'supply.notFirst']);
  expect(await tried(clinic, { ...issue, lot: lots[0] ?? '' })).toEqual([201, undefined]);
  expect(await tried(clinic, { ...issue, lot: lots[1] ?? '' })).toEqual([201, undefined]);
});

test('what the box of a lot says is frozen once stock has moved, and a recalled lot stays recalled', async () => {
  const { location, product, lots } = await store(clinic, 'frozen', [{ number: 'A1', there: 5 }]);
  const [id = ''] = lots;
  const as = (more: object): object => ({ ...lot({ product, number: 'A1' }), id, ...more });
  const put = async (body: object): Promise<readonly unknown[]> => {
    const answer = await clinic.send('PUT', `Medication/${id}`, body);
    return [answer.status, codeIn(answer.body)];
  };
  expect(await put(as({ batch: { lotNumber: 'A1', expirationDate: '2035-01-01' } }))).toEqual([
    422,
    'supply.frozenLot',
  ]);
  expect(await put({ resourceType: 'Medication', id, code: { text: 'No lot' } })).toEqual([422, 'supply.frozenLot']);
  expect(await put({ ...lot({ product, number: 'A1', status: 'recalled' }), id })).toEqual([200, undefined]);
  expect(await put(as({}))).toEqual([422, 'supply.finalStatus']);
  expect(await tried(clinic, { type: 'issue', lot: id, quantity: 1, origin: location })).toEqual([
    422,
    'supply.lotNotActive',
  ]);
});
