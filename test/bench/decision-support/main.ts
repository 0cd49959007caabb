import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../server/boot/embedded-postgres.ts';
import { createDatabase } from '../../../server/storage/create-database.ts';
import { migrate } from '../../../server/storage/migrate.ts';
import { openModuleClinic, withDependencies, type ModuleClinic } from '../../harness/module-clinic.ts';
import { TEMPLATE } from '../../harness/test-server.ts';

/**
 * What checks of orders cost: `tsx test/bench/decision-support/main.ts [ROUNDS]`. Prints a Markdown table of milliseconds
 * as a client sees them, one request at a time, of a patient with 30 active drugs: `$check`, an update that activates an
 * order, and one that completes it, which checks nothing.
 */
const ROUNDS = Number(process.argv[2] ?? '300');
const MODULES = join(import.meta.dirname, '..', '..', '..', 'modules');
const INGREDIENT = 'https://athanor.health/fhir/CodeSystem/ingredient';

/** Thirty that go with each other and with amoxicillin, as far as activation asks. */
const DRUGS =
  'amlodipine atorvastatin metformin levothyroxine loratadine omeprazole lisinopril hydrochlorothiazide allopurinol ' +
  'gabapentin finasteride montelukast sitagliptin empagliflozin famotidine mirabegron cetirizine cyanocobalamin ' +
  'alendronate ezetimibe acyclovir albuterol tiotropium budesonide fexofenadine ropinirole memantine terazosin ' +
  'bisoprolol calcium-carbonate';

void run().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'athanor-checks-'));
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir });
  await createDatabase(server.database('postgres'), TEMPLATE);
  await migrate(server.database(TEMPLATE));
  process.env.ATHANOR_TEST_SERVER = JSON.stringify({
    admin: server.database('postgres'),
    pattern: server.database('%s'),
  });
  const clinic = await openModuleClinic(MODULES, await withDependencies(MODULES, 'decision-support'));
  await measure(clinic);
  await clinic.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function measure(clinic: ModuleClinic): Promise<void> {
  const patient = await stored(clinic, { resourceType: 'Patient', gender: 'female', birthDate: '1980-05-01' });
  const order = (code: string, status: string): object => ({
    resourceType: 'MedicationRequest',
    status,
    intent: 'order',
    subject: { reference: `Patient/${patient}` },
    medicationCodeableConcept: { coding: [{ system: INGREDIENT, code }] },
  });
  for (const drug of DRUGS.split(' ')) await stored(clinic, order(drug, 'active'));
  const draft = order('amoxicillin', 'draft');
  const checks = await timed(() => clinic.send('POST', 'MedicationRequest/$check', draft));
  const activations: number[] = [];
  const completions: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const id = await stored(clinic, draft);
    const put = (status: string): Promise<unknown> =>
      clinic.send('PUT', `MedicationRequest/${id}`, { ...order('amoxicillin', status), id });
    activations.push(await once(() => put('active')));
    completions.push(await once(() => put('completed')));
  }
  console.log('| with 30 active drugs | p50 ms | p95 ms |\n|---|--:|--:|');
  print('`$check`', checks);
  print('update that activates', activations);
  print('update that completes', completions);
  const added = quantile(activations, 0.5) - quantile(completions, 0.5);
  console.log(`\nActivation adds ${added.toFixed(1)} ms (p50).`);
}

async function stored(clinic: ModuleClinic, resource: object): Promise<string> {
  const { resourceType } = resource as { readonly resourceType: string };
  const { status, body } = await clinic.send('POST', resourceType, resource);
  if (status !== 201) throw new Error(`${resourceType}: ${status}`);
  return String((body as { readonly id?: string }).id);
}

async function timed(work: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await once(work));
  return times;
}

async function once(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The first tenth warms up. */
function quantile(times: readonly number[], share: number): number {
  const warm = times.slice(Math.floor(times.length / 10)).sort((a, b) => a - b);
  return warm[Math.min(warm.length - 1, Math.floor(warm.length * share))] ?? NaN;
}

function print(what: string, times: readonly number[]): void {
  console.log(`| ${what} | ${quantile(times, 0.5).toFixed(1)} | ${quantile(times, 0.95).toFixed(1)} |`);
}
