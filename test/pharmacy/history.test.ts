import fc from 'fast-check';
import type { TestAnswer } from '#sdk/testing';
import type { ModuleServer } from '../harness/module-server.ts';
import { lotsAt, onHand, orderFor, place, product } from '../../modules/pharmacy/pharmacy.fixture.ts';
import { ANN, clinicOf, drifting, openPharmacy, parameters } from './pharmacy-server.ts';

/** Whatever is done in whatever order, and several at once: nothing is negative, nothing expired leaves, all sums agree. */
const RUNS = Number(process.env.PHARMACY_HISTORIES ?? 6);

let server: ModuleServer;

beforeAll(async () => {
  ({ server } = await openPharmacy());
});
afterAll(() => server.close());

type Step =
  | { readonly kind: 'dispense' | 'prepare'; readonly quantity: number }
  | { readonly kind: 'return'; readonly of: number; readonly quantity: number }
  | { readonly kind: 'cancel' | 'hand-over'; readonly of: number };

const quantity = fc.integer({ min: 1, max: 15 });
const of = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('dispense' as const, 'prepare' as const), quantity }),
  fc.record({ kind: fc.constant('return' as const), of, quantity }),
  fc.record({ kind: fc.constantFrom('cancel' as const, 'hand-over' as const), of }),
);

interface Place {
  readonly location: string;
  readonly order: string;
  readonly dispenses: string[];
}

async function take({ location, order, dispenses }: Place, each: Step): Promise<number> {
  const post = async (path: string, values: Parameters<typeof parameters>[0]): Promise<TestAnswer> =>
    await server.send('POST', path, parameters(values), ANN);
  if (!('of' in each)) {
    const values = { location: `Location/${location}`, quantity: each.quantity, handOver: each.kind === 'dispense' };
    const { status, body } = await post(`MedicationRequest/${order}/$dispense`, values);
    const entries = (body.entry ?? []) as readonly { readonly resource: { readonly id: string } }[];
    if (status === 200 && entries[0] !== undefined) dispenses.push(entries[0].resource.id);
    return status;
  }
  const dispense = dispenses[each.of % Math.max(1, dispenses.length)];
  if (dispense === undefined) return 200;
  const path = `MedicationDispense/${dispense}/$`;
  if (each.kind === 'return')
    return (await post(`${path}return`, { quantity: each.quantity, condition: 'unopened' })).status;
  if (each.kind === 'cancel') return (await post(`${path}cancel-dispense`, {})).status;
  return (await post(`${path}hand-over`, { patient: 'Patient/bell' })).status;
}

test('over random histories the ledger, the dispenses and all sums agree', async () => {
  const clinic = clinicOf(server);
  const { id: quarantine } = await clinic.store(place('quarantine', 'quarantine'));
  const { id: knowledge } = await clinic.store(product({ code: 'history' }));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
      async (rounds) => {
        run += 1;
        const { id: location } = await clinic.store(place(`history ${run}`, 'pharmacy'));
        const lots = await lotsAt(clinic, knowledge, location, [
          { number: `a${run}`, expires: '2031-01-31', there: 20 },
          { number: `b${run}`, expires: '2032-01-31', there: 20 },
          { number: `gone${run}`, expires: '2020-01-31', there: 20 },
        ]);
        const { id: order } = await orderFor(clinic, 'bell', 'history');
        const here = { location, order, dispenses: [] };
        for (const round of rounds) {
          const statuses = await Promise.all(round.map((each) => take(here, each)));
          expect(statuses.filter((status) => status >= 500)).toEqual([]);
        }
        const stock = await onHand(clinic, location);
        const [a = '', b = '', gone = ''] = lots;
        expect(stock[gone]).toBe(20);
        expect(Math.min(stock[a] ?? 0, stock[b] ?? 0)).toBeGreaterThanOrEqual(0);
        // What left and did not come back is what patients have; what came back is in quarantine.
        const { body } = await server.get(`MedicationDispense?prescription=${order}&_count=1000`);
        const out = (body.entry ?? []).map(({ resource }) => resource as unknown as Dispensed).filter(isOut);
        const handed = out.reduce((sum, each) => sum + each.quantity.value, 0);
        expect((stock[a] ?? 0) + (stock[b] ?? 0)).toBe(40 - handed);
        const back = await onHand(clinic, quarantine);
        const returned = out.reduce((sum, each) => sum + (each.extension?.[0]?.valueInteger ?? 0), 0);
        expect((back[a] ?? 0) + (back[b] ?? 0)).toBe(returned);
      },
    ),
    { numRuns: RUNS },
  );
  expect(await drifting(server, ['supply.stock', 'pharmacy.handed-out', 'medications.dispenses'])).toEqual([]);
}, 120_000);

interface Dispensed {
  readonly status: string;
  readonly quantity: { readonly value: number };
  readonly extension?: readonly { readonly valueInteger?: number }[];
}

function isOut({ status }: Dispensed): boolean {
  return status === 'completed' || status === 'in-progress';
}
