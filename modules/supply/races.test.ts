import { testClinic } from '#sdk/testing';
import { codeSystem, structure } from './names.ts';
import { deliveryOf } from './post.ts';
import { codeIn, enter, lot, place, store } from './supply.fixture.ts';

const clinic = testClinic(import.meta.dirname);

type Answer = Awaited<ReturnType<typeof clinic.send>>;

async function expectNoDrift(): Promise<void> {
  const { body } = await clinic.get('$rebuild-stock');
  expect(body.parameter).toEqual([{ name: 'differences', valueInteger: 0 }]);
}

async function onHand(location: string, id: string): Promise<number> {
  const { body } = await clinic.get(`Location/${location}/$stock-on-hand?lot=${id}`);
  const [line] = (body.parameter ?? []) as readonly {
    readonly part?: readonly { name: string; valueInteger?: number }[];
  }[];
  return line?.part?.find(({ name }) => name === 'on-hand')?.valueInteger ?? 0;
}

test('50 at once take 3 of 90 by four ways: 30 get them, 20 do not, expired and held stock stays', async () => {
  const { location, lots } = await store(clinic, 'race', [
    { number: 'A', there: 90 },
    { number: 'OLD', expires: '2020-01-31', there: 1000 },
    { number: 'HELD', status: 'quarantined', there: 500 },
  ]);
  const [usable = '', old = '', held = ''] = lots;
  const other = (await clinic.store(place('elsewhere'))).id;
  const issue = deliveryOf({ type: 'issue', lot: usable, quantity: 3, origin: location });
  const planned = {
    resourceType: 'SupplyDelivery',
    suppliedItem: {
      quantity: { value: 3 },
      itemCodeableConcept: { coding: [{ system: codeSystem('product'), code: 'race' }] },
    },
  };
  const ways: readonly ((n: number) => Promise<Answer>)[] = [
    () => clinic.send('POST', 'SupplyDelivery', issue),
    (n) => clinic.send('PUT', `SupplyDelivery/race-${n}`, { ...issue, id: `race-${n}` }),
    () =>
      clinic.send('POST', '', {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ resource: issue, request: { method: 'POST', url: 'SupplyDelivery' } }],
      }),
    () =>
      clinic.send('POST', `Location/${location}/$transfer`, {
        resourceType: 'Parameters',
        parameter: [
          { name: 'to', valueReference: { reference: `Location/${other}` } },
          { name: 'line', resource: planned },
          { name: 'direct', valueBoolean: true },
        ],
      }),
  ];
  const way = async (n: number): Promise<Answer> => {
    const chosen = ways[n % ways.length];
    if (chosen === undefined) throw new Error('there are ways');
    return chosen(n);
  };
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => way(n)));
  const refused = answers.filter(({ status }) => status >= 300);
  expect(refused.map(({ status, body }) => [status, codeIn(body)])).toEqual(
    Array.from({ length: 20 }, () => [409, 'supply.insufficientStock']),
  );
  expect([await onHand(location, usable), await onHand(location, old), await onHand(location, held)]).toEqual([
    0, 1000, 500,
  ]);
  await expectNoDrift();
}, 60_000);

test('20 reservations and 20 issues at once never take more than there is', async () => {
  const { location, product, lots } = await store(clinic, 'keepers', [{ number: 'A', there: 60 }]);
  const [usable = ''] = lots;
  const reserve = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'location', valueReference: { reference: `Location/${location}` } },
      { name: 'product', valueString: `MedicationKnowledge/${product}` },
      { name: 'quantity', valueInteger: 3 },
    ],
  };
  const issue = deliveryOf({ type: 'issue', lot: usable, quantity: 3, origin: location });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      n % 2 === 0
        ? clinic.send('POST', 'SupplyRequest/$reserve', reserve)
        : clinic.send('POST', 'SupplyDelivery', issue),
    ),
  );
  const done = answers.filter(({ status }) => status < 300).length;
  expect(done).toBe(20);
  expect(answers.filter(({ status }) => status !== 409)).toHaveLength(20);
}, 60_000);

test('II.1.6 20 issues at once through the reorder point make one line of an order', async () => {
  const { location, product, lots } = await store(clinic, 'reorder', [{ number: 'A', there: 100 }]);
  const supplier = (await clinic.store({ resourceType: 'Organization', name: 'Supplies' } as const)).id;
  await clinic.store({
    resourceType: 'Basic',
    code: { coding: [{ system: codeSystem('stock-record'), code: 'stock-policy' }] },
    extension: [
      {
        url: structure('stock-levels'),
        extension: [
          { url: 'item', valueReference: { reference: `MedicationKnowledge/${product}` } },
          { url: 'location', valueReference: { reference: `Location/${location}` } },
          { url: 'maximum', valuePositiveInt: 100 },
          { url: 'reorderPoint', valueUnsignedInt: 70 },
          { url: 'supplier', valueReference: { reference: `Organization/${supplier}` } },
        ],
      },
    ],
  } as const);
  await Promise.all(
    Array.from({ length: 20 }, () =>
      enter(clinic, { type: 'issue', lot: lots[0] ?? '', quantity: 2, origin: location }),
    ),
  );
  const drafts = async (): Promise<number> =>
    (await clinic.get(`SupplyRequest?deliver-to=Location/${location}&status=draft&_summary=count`)).body.total ?? 0;
  for (let tries = 0; tries < 100 && (await drafts()) === 0; tries += 1)
    await new Promise((done) => setTimeout(done, 200));
  // Later events have their turn too.
  await new Promise((done) => setTimeout(done, 3000));
  expect(await drafts()).toBe(1);
}, 60_000);

test('II.1.3 of 10 who enter the same lot at once, one makes it', async () => {
  const { product } = await store(clinic, 'same lot', []);
  const body = lot({ product, number: 'SAME' });
  const answers = await Promise.all(Array.from({ length: 10 }, () => clinic.send('POST', 'Medication', body)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
});
