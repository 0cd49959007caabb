import { testClinic } from '#sdk/testing';
import { structure, UCUM, codeSystem, identifierSystem } from './names.ts';
import { codeIn, enter, lot, place, product, store, tried } from './supply.fixture.ts';

const clinic = testClinic(import.meta.dirname);

type Body = Awaited<ReturnType<typeof clinic.get>>['body'];

interface Part {
  readonly name: string;
  readonly part?: readonly Readonly<Record<string, unknown>>[];
  readonly resource?: { readonly id: string; readonly status?: string; readonly [element: string]: unknown };
}

function named(body: Body, name: string): readonly Part[] {
  return ((body.parameter ?? []) as unknown as readonly Part[]).filter((each) => each.name === name);
}

function post(path: string, parameter: readonly object[]): ReturnType<typeof clinic.send> {
  return clinic.send('POST', path, { resourceType: 'Parameters', parameter });
}

function barcodeLine(barcode: string, quantity: object, more: object = {}): object {
  return {
    name: 'line',
    resource: {
      resourceType: 'SupplyDelivery',
      extension: [{ url: structure('movement-barcode'), valueString: barcode }],
      suppliedItem: { quantity },
      ...more,
    },
  };
}

async function onHand(location: string, query = ''): Promise<number> {
  const { body } = await clinic.get(`Location/${location}/$stock-on-hand${query}`);
  return named(body, 'line')
    .flatMap(({ part = [] }) => part)
    .filter(({ name }) => name === 'on-hand')
    .reduce((sum, { valueInteger }) => sum + Number(valueInteger), 0);
}

/** Code of a Bundle's or an operation's refusal. */
async function refusal(answer: ReturnType<typeof clinic.send>): Promise<readonly [number, string | undefined]> {
  const { status, body } = await answer;
  return [status, codeIn(body)];
}

const GTIN = '09520000001001';

test('II.1.1 a transfer of 10 takes 10 here and gives 10 there, and all places together have what they had', async () => {
  const { location, product: id } = await store(clinic, 'move', [{ number: 'A1', there: 30 }]);
  const ward = (await clinic.store(place('ward'))).id;
  const line = {
    name: 'line',
    resource: {
      resourceType: 'SupplyDelivery',
      suppliedItem: {
        quantity: { value: 10 },
        itemCodeableConcept: { coding: [{ system: codeSystem('product'), code: 'move' }] },
      },
    },
  };
  const to = { name: 'to', valueReference: { reference: `Location/${ward}` } };
  const sent = await post(`Location/${location}/$transfer`, [to, line]);
  expect(sent.status).toBe(200);
  expect([await onHand(location), await onHand('stock-transit', `?product=MedicationKnowledge/${id}`)]).toEqual([
    20, 10,
  ]);
  const movement = named(sent.body, 'movement')[0]?.resource?.id ?? '';
  expect((await post(`SupplyDelivery/${movement}/$arrive`, [])).status).toBe(200);
  expect([await onHand(location), await onHand(ward), await onHand('stock-transit', `?product=move`)]).toEqual([
    20, 10, 0,
  ]);
  expect(await refusal(post(`SupplyDelivery/${movement}/$arrive`, []))).toEqual([422, 'supply.notInTransit']);
});

test('II.3.4 a short receipt posts the difference as lost and makes a Task', async () => {
  const { location, lots } = await store(clinic, 'short', [{ number: 'A1', there: 30 }]);
  const ward = (await clinic.store(place('ward'))).id;
  const sent = await enter(clinic, {
    type: 'transfer',
    lot: lots[0] ?? '',
    quantity: 10,
    origin: location,
    destination: ward,
    status: 'in-progress',
  });
  const arrived = await post(`SupplyDelivery/${sent.id}/$arrive`, [{ name: 'received', valueInteger: 8 }]);
  expect(named(arrived.body, 'task')).toHaveLength(1);
  expect([await onHand(ward), await onHand('stock-transit', '?product=short')]).toEqual([8, 0]);
  const more = { type: 'waste', lot: lots[0] ?? '', quantity: 1, origin: 'stock-transit', reason: 'LOST' } as const;
  expect(await tried(clinic, { ...more, partOf: sent.id })).toEqual([409, 'supply.insufficientStock']);
  const next = {
    lot: lots[0] ?? '',
    quantity: 10,
    origin: location,
    destination: ward,
    status: 'in-progress',
  } as const;
  const underway = await enter(clinic, { ...next, type: 'transfer' });
  // What another transfer has on its way is not lost by the one that is over, nor by one that has not arrived.
  for (const partOf of [sent.id, underway.id, undefined]) {
    expect(await tried(clinic, { ...more, partOf })).toEqual([422, 'supply.nothingMissing']);
  }
  expect((await post(`SupplyDelivery/${sent.id}/$reverse`, [{ name: 'reason', valueCode: 'DATA_ENTRY' }])).status).toBe(
    200,
  );
  expect(await onHand(ward)).toBe(0);
});

test('II.1.7 a receipt by barcode makes the lot, takes the price of the order, and notes how long it took', async () => {
  const location = (await clinic.store(place('desk'))).id;
  const supplier = (await clinic.store({ resourceType: 'Organization', name: 'Supplies' } as const)).id;
  const knowledge = product('ordered');
  const coding = [...(knowledge.code?.coding ?? []), { system: 'https://www.gs1.org/gtin', code: GTIN }];
  const { id } = await clinic.store({ ...knowledge, code: { coding } });
  const item = await clinic.store({
    resourceType: 'Basic',
    code: { coding: [{ system: codeSystem('stock-record'), code: 'supplier-item' }] },
    extension: [
      {
        url: structure('supplier-terms'),
        extension: [
          { url: 'supplier', valueReference: { reference: `Organization/${supplier}` } },
          { url: 'item', valueReference: { reference: `MedicationKnowledge/${id}` } },
          { url: 'price', valueMoney: { value: 0.25, currency: 'GBP' } },
          { url: 'packSize', valuePositiveInt: 30 },
        ],
      },
    ],
  } as const);
  await clinic.store({
    resourceType: 'Basic',
    code: { coding: [{ system: codeSystem('stock-record'), code: 'stock-policy' }] },
    extension: [
      {
        url: structure('stock-levels'),
        extension: [
          { url: 'item', valueReference: { reference: `MedicationKnowledge/${id}` } },
          { url: 'location', valueReference: { reference: `Location/${location}` } },
          { url: 'maximum', valuePositiveInt: 100 },
          { url: 'reorderPoint', valueUnsignedInt: 20 },
        ],
      },
    ],
  } as const);
  const run = await post('$reorder-run', []);
  const order = named(run.body, 'order').find(({ resource }) => JSON.stringify(resource).includes(id))?.resource;
  expect(order).toMatchObject({ status: 'draft', quantity: { value: 120, code: '{tablet}' } });
  expect(JSON.stringify(order)).toContain('"value":0.25');
  const line = barcodeLine(
    `(01)${GTIN}(17)300600(10)L-77`,
    { value: 3, system: UCUM, code: '{box}' },
    { basedOn: [{ reference: `SupplyRequest/${order?.id ?? ''}` }] },
  );
  expect(await refusal(post(`Location/${location}/$receive`, [line]))).toEqual([422, 'supply.notOnOrder']);
  expect((await post(`SupplyRequest/${order?.id ?? ''}/$approve-po`, [])).status).toBe(200);
  const received = await post(`Location/${location}/$receive`, [line]);
  expect([received.status, named(received.body, 'lot').length, named(received.body, 'task').length]).toEqual([
    200, 1, 1,
  ]);
  expect(named(received.body, 'lot')[0]?.resource).toMatchObject({
    batch: { lotNumber: 'L-77', expirationDate: '2030-06-30' },
  });
  expect(JSON.stringify(named(received.body, 'movement')[0]?.resource)).toContain('"value":0.25');
  expect(await onHand(location)).toBe(90);
  expect(JSON.stringify((await clinic.get(`Basic/${item.id}`)).body)).toContain('"observedLeadTime"');
  const rest = barcodeLine(
    `(01)${GTIN}(17)300600(10)L-77`,
    { value: 30 },
    { basedOn: [{ reference: `SupplyRequest/${order?.id ?? ''}` }] },
  );
  const last = await post(`Location/${location}/$receive`, [rest]);
  expect([named(last.body, 'lot').length, named(last.body, 'task').length]).toEqual([0, 0]);
  expect((await clinic.get(`SupplyRequest/${order?.id ?? ''}`)).body.status).toBe('completed');
});

test('a blind count posts what differs, once', async () => {
  const { location, lots } = await store(clinic, 'count', [
    { number: 'A1', there: 30 },
    { number: 'A2', there: 12 },
  ]);
  const opened = await post(`Location/${location}/$count`, [{ name: 'action', valueCode: 'open' }]);
  const sheet = {
    name: 'sheet',
    valueReference: { reference: `List/${named(opened.body, 'sheet')[0]?.resource?.id ?? ''}` },
  };
  expect(JSON.stringify(opened.body)).not.toContain('expected');
  const counted = (id: string | undefined, value: number): object => ({
    name: 'line',
    resource: {
      resourceType: 'SupplyDelivery',
      suppliedItem: { itemReference: { reference: `Medication/${id ?? ''}` }, quantity: { value } },
    },
  });
  const enterLines = { name: 'action', valueCode: 'enter' };
  const postSheet = { name: 'action', valueCode: 'post' };
  await post(`Location/${location}/$count`, [enterLines, sheet, counted(lots[0], 28)]);
  expect(await refusal(post(`Location/${location}/$count`, [postSheet, sheet]))).toEqual([
    422,
    'supply.countIncomplete',
  ]);
  await post(`Location/${location}/$count`, [enterLines, sheet, counted(lots[1], 0)]);
  await enter(clinic, { type: 'issue', lot: lots[0] ?? '', quantity: 3, origin: location });
  const both = await Promise.all([1, 2].map(() => post(`Location/${location}/$count`, [postSheet, sheet])));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await onHand(location)).toBe(25);
});

test('a reservation is kept from others, used by its own, released, and cancelled for a count', async () => {
  const { location, product: id, lots } = await store(clinic, 'keep', [{ number: 'A1', there: 30 }]);
  const asked = [
    { name: 'location', valueReference: { reference: `Location/${location}` } },
    { name: 'product', valueString: `MedicationKnowledge/${id}` },
    { name: 'quantity', valueInteger: 20 },
  ];
  const kept = named((await post('SupplyRequest/$reserve', asked)).body, 'reservation')[0]?.resource?.id ?? '';
  expect(await refusal(post('SupplyRequest/$reserve', asked))).toEqual([409, 'supply.insufficientStock']);
  const issue = { type: 'issue', lot: lots[0] ?? '', origin: location } as const;
  expect(await tried(clinic, { ...issue, quantity: 11 })).toEqual([409, 'supply.reservedStock']);
  await enter(clinic, { ...issue, quantity: 15, basedOn: [kept] });
  await enter(clinic, { ...issue, quantity: 10 });
  expect(await tried(clinic, { ...issue, quantity: 1 })).toEqual([409, 'supply.reservedStock']);
  expect((await post(`SupplyRequest/${kept}/$release`, [])).status).toBe(200);
  expect(await refusal(post(`SupplyRequest/${kept}/$release`, []))).toEqual([422, 'supply.notAReservation']);
  await enter(clinic, { ...issue, quantity: 1 });
});

test('a recall stops the lot, ends its reservations and finds who got some', async () => {
  const { location, product: id, lots } = await store(clinic, 'recall', [{ number: 'A1', there: 30 }]);
  const patient = (await clinic.store({ resourceType: 'Patient' } as const)).id;
  await enter(clinic, {
    type: 'issue',
    lot: lots[0] ?? '',
    quantity: 5,
    origin: location,
    patient: `Patient/${patient}`,
  });
  await post('SupplyRequest/$reserve', [
    { name: 'location', valueReference: { reference: `Location/${location}` } },
    { name: 'product', valueString: `MedicationKnowledge/${id}` },
    { name: 'quantity', valueInteger: 4 },
  ]);
  const { body } = await post(`Medication/${lots[0] ?? ''}/$recall`, [
    { name: 'reason', valueString: 'Glass was found.' },
  ]);
  expect([named(body, 'released').length, named(body, 'communication').length]).toEqual([1, 1]);
  expect(JSON.stringify(named(body, 'patient'))).toContain(patient);
  expect(await tried(clinic, { type: 'issue', lot: lots[0] ?? '', quantity: 1, origin: location })).toEqual([
    422,
    'supply.lotNotActive',
  ]);
  const plan = await clinic.get(`Location/${location}/$availability?product=recall&quantity=3`);
  expect(plan.body.parameter).toEqual([
    { name: 'available', valueInteger: 0 },
    { name: 'missing', valueInteger: 3 },
  ]);
});

test('II.1.2 what is there is shown at once and as of an earlier moment, and agrees with the ledger', async () => {
  const { location, lots } = await store(clinic, 'as-of', [{ number: 'A1', there: 30 }]);
  const before = new Date().toISOString();
  await enter(clinic, { type: 'issue', lot: lots[0] ?? '', quantity: 7, origin: location });
  expect([await onHand(location), await onHand(location, `?as-of=${before}`)]).toEqual([23, 30]);
  expect((await clinic.get('$rebuild-stock')).body.parameter).toEqual([{ name: 'differences', valueInteger: 0 }]);
});

test('II.1.5 a lot is flagged once at 60 days, and escalates at 30', async () => {
  const { lots } = await store(clinic, 'expiry', [{ number: 'A1', expires: '2040-03-01', there: 5 }]);
  const run = async (on: string): Promise<number> => {
    const { body } = await post('$expiry-run', [{ name: 'on', valueDate: on }]);
    return named(body, 'flag').filter(({ resource }) => JSON.stringify(resource).includes(lots[0] ?? '-')).length;
  };
  expect([await run('2040-01-01'), await run('2040-01-02'), await run('2040-01-31'), await run('2040-02-01')]).toEqual([
    1, 0, 1, 0,
  ]);
  const flags = await clinic.get(`Flag?subject=Medication/${lots[0] ?? ''}`);
  expect(flags.body.total ?? (flags.body.entry as readonly object[]).length).toBe(1);
  expect(JSON.stringify(flags.body)).toContain('expiry-30');
  const tasks = await clinic.get(`Task?focus=Medication/${lots[0] ?? ''}&_summary=count`);
  expect(tasks.body.total).toBe(2);
});

test('orders are by number, and drafts are all that can be approved', async () => {
  const { location, product: id } = await store(clinic, 'order', []);
  const supplier = (await clinic.store({ resourceType: 'Organization', name: 'Supplies' } as const)).id;
  const line = {
    resourceType: 'SupplyRequest',
    identifier: [{ system: identifierSystem('purchase-order'), value: 'PO-1' }],
    status: 'draft',
    category: { coding: [{ system: codeSystem('supply-category'), code: 'purchase' }] },
    itemCodeableConcept: { text: 'Tablets' },
    quantity: { value: 2, system: UCUM, code: '{box}' },
    supplier: [{ reference: `Organization/${supplier}` }],
    deliverTo: { reference: `Location/${location}` },
    extension: [{ url: structure('request-product'), valueReference: { reference: `MedicationKnowledge/${id}` } }],
  } as const;
  const [first, second] = [await clinic.store(line), await clinic.store(line)];
  expect(first.quantity).toMatchObject({ value: 60, code: '{tablet}' });
  const approved = await post(`SupplyRequest/${first.id}/$approve-po`, []);
  expect(named(approved.body, 'order')).toHaveLength(2);
  expect(await refusal(post(`SupplyRequest/${second.id}/$approve-po`, []))).toEqual([422, 'supply.notADraft']);
  const changed = { ...second, status: 'active', quantity: { value: 1 } };
  expect(await refusal(clinic.send('PUT', `SupplyRequest/${second.id}`, changed))).toEqual([
    422,
    'supply.frozenRequest',
  ]);
  expect(
    (await clinic.send('POST', 'Medication', lot({ product: 'nobody', number: 'A' }))).status,
  ).toBeGreaterThanOrEqual(400);
});
