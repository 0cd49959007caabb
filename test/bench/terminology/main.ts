import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '../../../server/boot/embedded-postgres.ts';
import { openBulkConnection } from '../../../server/storage/bulk-connection.ts';
import { openDb } from '../../../server/storage/db.ts';
import { migrate } from '../../../server/storage/migrate.ts';
import { rf2 } from '../../../terminology/import/formats/rf2/rf2.ts';
import { loadRelease } from '../../../terminology/import/load-release.ts';
import { terminologyStore } from '../../../terminology/store/terminology-store.ts';
import { terminologyCases, timesOf } from './cases.ts';
import { writeSyntheticRelease } from './synthetic-release.ts';

/**
 * A release of made-up concepts is written, loaded and asked: `tsx test/bench/terminology/main.ts [CONCEPTS] [DIRECTORY]`.
 * The directory keeps the database (a second run with the same one measures only the questions). Prints a Markdown table
 * of milliseconds as the server's process sees them, one question at a time.
 */
const [, , concepts = '1000000', directory] = process.argv;

void run(Number(concepts), directory).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

async function run(count: number, folder: string | undefined): Promise<void> {
  const dataDir = folder === undefined ? mkdtempSync(join(tmpdir(), 'athanor-terminology-')) : resolve(folder);
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir });
  await migrate(server.connectionString);
  const path = join(dataDir, 'release.zip');
  const release = await seconds('release written', () => writeSyntheticRelease(path, count));
  const connection = await openBulkConnection(server.connectionString);
  const db = openDb({ connectionString: server.connectionString, max: 4, statementTimeout: 30_000, poolTimeout: 5000 });
  const store = terminologyStore(db);
  if ((await store.versions('http://snomed.info/sct')).length === 0) {
    const phases = new Map<string, number>();
    const report = await seconds(`${count.toLocaleString('en')} concepts loaded`, () =>
      loadRelease({ path, format: rf2, licenceAccepted: true }, connection, ({ phase }) => {
        if (!phases.has(phase)) phases.set(phase, performance.now());
      }),
    );
    const started = [...phases.values()];
    console.log(
      [...phases.keys()]
        .map((phase, at) => `${phase} at ${(((started[at] ?? 0) - (started[0] ?? 0)) / 1000).toFixed(1)} s`)
        .join(', '),
    );
    if (report.outcome !== 'loaded') throw new Error(JSON.stringify(report));
    const memory = process.resourceUsage().maxRSS / 1024;
    console.log(`${report.rows.toLocaleString('en')} rows; at most ${memory.toFixed(0)} MB of memory in this process`);
  }
  await connection.close();
  const system = await store.codeSystem('http://snomed.info/sct', undefined);
  if (system === undefined) throw new Error('the release is not there');
  console.log('| question | p50 ms | p95 ms | wanted p95 |\n|---|--:|--:|--:|');
  for (const { name, wanted, rounds, ask } of terminologyCases(store, system, release)) {
    const [p50, p95] = await timesOf(rounds, ask);
    console.log(`| ${name} | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${wanted ?? ''} |`);
  }
  await db.close();
  await server.stop();
  if (folder === undefined) rmSync(dataDir, { recursive: true });
}

async function seconds<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`${what} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
