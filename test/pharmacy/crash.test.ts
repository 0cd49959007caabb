import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ModuleServer } from '../harness/module-server.ts';
import { onHand, orderFor } from '../../modules/pharmacy/pharmacy.fixture.ts';
import { clinicOf, drifting, FOLDER, openPharmacy, shopWith } from './pharmacy-server.ts';

/** A process that is killed between any two steps leaves no half document. */
const KILLS = Number(process.env.DISPENSE_KILLS ?? 2);

let server: ModuleServer;
let selection = '';

beforeAll(async () => {
  ({ server, selection } = await openPharmacy());
});
afterAll(() => server.close());

test(`${KILLS} times killed between any two steps, every dispense has its movements and every movement its dispense`, async () => {
  const clinic = clinicOf(server);
  const { location, lots } = await shopWith(clinic, 'killed', 100_000, { ingredient: 'metformin' });
  const orders = await Promise.all(Array.from({ length: 6 }, () => orderFor(clinic, 'bell', 'killed')));
  let answered = 0;
  for (let round = 0; round < KILLS; round += 1) {
    const child = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        join(import.meta.dirname, 'crash.fixture.ts'),
        server.connectionString,
        FOLDER,
        selection,
        location,
        ...orders.map(({ id }) => id),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exit = once(child, 'exit');
    let answers = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line !== 'ready') answers += 1;
      if (answers === 10 + round * 7) child.kill('SIGKILL');
    }
    await exit;
    answered += answers;
  }
  const dispenses =
    (await server.get(`MedicationDispense?prescription=${orders.map(({ id }) => id).join(',')}&_summary=count`)).body
      .total ?? 0;
  expect(answered).toBeGreaterThan(0);
  expect(dispenses).toBeGreaterThanOrEqual(answered);
  const issued = (await server.get(`SupplyDelivery?origin=Location/${location}&movement-type=issue&_summary=count`))
    .body.total;
  expect(issued).toBe(dispenses);
  expect((await onHand(clinic, location))[lots[0] ?? '']).toBe(100_000 - 3 * dispenses);
  const projections = ['supply.stock', 'pharmacy.handed-out', 'pharmacy.vault', 'medications.dispenses'];
  expect(await drifting(server, projections)).toEqual([]);
}, 120_000);
