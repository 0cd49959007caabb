import fc from 'fast-check';
import { testClinic } from '#sdk/testing';
import { ACCOUNTS } from './accounts.ts';
import { deliveryOf, type NewMovement } from './post.ts';
import { place, store } from './supply.fixture.ts';

const clinic = testClinic(import.meta.dirname);

/** A step of a history: what is tried, with which lot and place of a few, how much, and how many seconds ago. */
interface Step {
  readonly kind:
    | 'receipt'
    | 'issue'
    | 'transfer'
    | 'send'
    | 'arrive'
    | 'abandon'
    | 'waste'
    | 'gain'
    | 'reverse'
    | 'reserve'
    | 'release';
  readonly lot: number;
  readonly place: number;
  readonly quantity: number;
  readonly ago: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'receipt',
    'issue',
    'transfer',
    'send',
    'arrive',
    'abandon',
    'waste',
    'gain',
    'reverse',
    'reserve',
    'release',
  ),
  lot: fc.nat(1),
  place: fc.nat(1),
  quantity: fc.integer({ min: 1, max: 12 }),
  ago: fc.constantFrom(0, 0, 0, 60, 3600),
});

/** What one movement did, as the model keeps it. */
interface Fact {
  readonly at: number;
  readonly lot: string;
  readonly place: string;
  readonly by: number;
}

interface World {
  readonly lots: readonly string[];
  readonly places: readonly string[];
  readonly product: string;
  readonly posted: string[];
  readonly reserved: string[];
}

async function tryStep({ kind, lot, place: from, quantity, ago }: Step, world: World): Promise<number> {
  const [origin = '', destination = ''] = [world.places[from], world.places[1 - from]];
  const known = world.posted[quantity % Math.max(world.posted.length, 1)] ?? 'nothing';
  const at = ago === 0 ? undefined : new Date(Date.now() - ago * 1000).toISOString();
  const both = { lot: world.lots[lot] ?? '', quantity, at };
  const movements: Partial<Record<Step['kind'], NewMovement>> = {
    receipt: { ...both, type: 'receipt', destination: origin },
    issue: { ...both, type: 'issue', origin, reason: 'clinical' },
    transfer: { ...both, type: 'transfer', origin, destination },
    send: { ...both, type: 'transfer', origin, destination, status: 'in-progress' },
    waste: { ...both, type: 'waste', origin, reason: 'DAMAGED' },
    gain: { ...both, type: 'count-gain', destination: origin, reason: 'FOUND' },
  };
  const movement = movements[kind];
  if (movement !== undefined) {
    const { status, body } = await clinic.send('POST', 'SupplyDelivery', deliveryOf(movement));
    if (status === 201) world.posted.push(body.id ?? '');
    return status;
  }
  if (kind === 'reserve' || kind === 'release') return tryReservation(kind, origin, quantity, world);
  if (kind === 'abandon') {
    const sent = (await clinic.get(`SupplyDelivery/${known}`)).body as { readonly occurrencePeriod?: object };
    const end = new Date().toISOString();
    const ended = { ...sent, status: 'abandoned', occurrencePeriod: { ...sent.occurrencePeriod, end } };
    return (await clinic.send('PUT', `SupplyDelivery/${known}`, ended)).status;
  }
  const parameter =
    kind === 'arrive'
      ? [{ name: 'received', valueInteger: Math.floor(quantity / 2) }]
      : [
          { name: 'quantity', valueInteger: quantity },
          { name: 'reason', valueCode: 'DATA_ENTRY' },
        ];
  return (await clinic.send('POST', `SupplyDelivery/${known}/$${kind}`, { resourceType: 'Parameters', parameter }))
    .status;
}

async function tryReservation(
  kind: 'reserve' | 'release',
  origin: string,
  quantity: number,
  world: World,
): Promise<number> {
  if (kind === 'release') {
    const body = { resourceType: 'Parameters' };
    return (await clinic.send('POST', `SupplyRequest/${world.reserved[0] ?? 'nothing'}/$release`, body)).status;
  }
  const { status, body } = await clinic.send('POST', 'SupplyRequest/$reserve', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'location', valueReference: { reference: `Location/${origin}` } },
      { name: 'product', valueString: `MedicationKnowledge/${world.product}` },
      { name: 'quantity', valueInteger: quantity },
    ],
  });
  const [first] = (body.parameter ?? []) as readonly { readonly resource?: { readonly id: string } }[];
  if (first?.resource !== undefined) world.reserved.unshift(first.resource.id);
  return status;
}

/** Every entry of the ledger of some lots, read from the resources and added up without our own code. */
async function facts(lots: readonly string[]): Promise<readonly Fact[]> {
  const { body } = await clinic.get(
    `SupplyDelivery?item=${lots.map((id) => `Medication/${id}`).join(',')}&_count=1000`,
  );
  const entries = (body.entry ?? []) as readonly { readonly resource: Delivery }[];
  return entries.flatMap(({ resource }) => factsOf(resource));
}

interface Delivery {
  readonly status: string;
  readonly extension: readonly {
    readonly url: string;
    readonly valueReference?: { reference: string };
    readonly valueUnsignedInt?: number;
  }[];
  readonly destination: { readonly reference: string };
  readonly occurrenceDateTime?: string;
  readonly occurrencePeriod?: { readonly start: string; readonly end?: string };
  readonly suppliedItem: {
    readonly quantity: { readonly value: number };
    readonly itemReference: { readonly reference: string };
  };
}

function factsOf({
  status,
  extension,
  destination,
  occurrenceDateTime,
  occurrencePeriod,
  suppliedItem,
}: Delivery): readonly Fact[] {
  const ends = (name: string): Delivery['extension'][number] | undefined =>
    extension.find(({ url }) => url.endsWith(name));
  const origin = ends('/movement-origin')?.valueReference?.reference ?? '';
  const { value } = suppliedItem.quantity;
  const lot = suppliedItem.itemReference.reference;
  const moved = (at: string, from: string, to: string, by: number): readonly Fact[] => [
    { at: Date.parse(at), lot, place: from, by: -by },
    { at: Date.parse(at), lot, place: to, by },
  ];
  if (occurrenceDateTime !== undefined) return moved(occurrenceDateTime, origin, destination.reference, value);
  const { start = '', end } = occurrencePeriod ?? {};
  const transit = 'Location/stock-transit';
  const sent = moved(start, origin, transit, value);
  if (end === undefined) return sent;
  const arrived = ends('/movement-received')?.valueUnsignedInt ?? value;
  return [...sent, ...moved(end, transit, status === 'abandoned' ? origin : destination.reference, arrived)];
}

/** Lowest balance that a place ever had, of moments at which something moved. */
function lowest(all: readonly Fact[]): number {
  const keys = new Set(all.map(({ lot, place: where }) => `${lot} ${where}`));
  const accounts: ReadonlySet<string> = new Set(Object.values(ACCOUNTS).map((id) => `Location/${id}`));
  let least = 0;
  for (const key of keys) {
    const own = all.filter(({ lot, place: where }) => `${lot} ${where}` === key);
    if (accounts.has(own[0]?.place ?? '')) continue;
    for (const { at } of own) {
      const there = own.filter((fact) => fact.at <= at).reduce((sum, { by }) => sum + by, 0);
      least = Math.min(least, there);
    }
  }
  return least;
}

test('whatever is tried, places never had less than nothing, lots add up to nothing, and a rebuild changes nothing', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 30 }), async (steps) => {
      run += 1;
      const { location, product, lots } = await store(clinic, `history-${run}`, [
        { number: 'A', there: 10 },
        { number: 'B', there: 5 },
      ]);
      const other = (await clinic.store(place('other'))).id;
      const world: World = { lots, places: [location, other], product, posted: [], reserved: [] };
      const statuses: number[] = [];
      for (const each of steps) statuses.push(await tryStep(each, world));
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      const all = await facts(lots);
      expect(lowest(all)).toBe(0);
      for (const id of lots) {
        const own = all.filter(({ lot }) => lot === `Medication/${id}`);
        expect(own.reduce((sum, { by }) => sum + by, 0)).toBe(0);
      }
    }),
    { numRuns: 6, seed: 20261126 },
  );
  const drift = await clinic.get('$rebuild-stock');
  expect(drift.body.parameter).toEqual([{ name: 'differences', valueInteger: 0 }]);
  const verify = await clinic.send('POST', '$verify-projection', {
    resourceType: 'Parameters',
    parameter: [{ name: 'name', valueString: 'supply.stock' }],
  });
  expect(verify.body.parameter).toContainEqual({ name: 'exact', valueBoolean: true });
}, 60_000);
