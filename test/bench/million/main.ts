import { chmodSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '../../../server/boot/embedded-postgres.ts';
import { openEngine, type OpenEngine } from '../../../server/boot/open-engine.ts';
import { compileCount, compilePage, type Position } from '../../../server/search/compile/compile-search.ts';
import { parseSearch } from '../../../server/search/parse/parse-search.ts';
import type { SearchTree } from '../../../server/search/tree.ts';
import { migrate } from '../../../server/storage/migrate.ts';
import { searchCases } from './cases.ts';
import { load } from './load.ts';

/**
 * Searches over a million Observations: `tsx test/bench/million/main.ts [DIRECTORY] [OBSERVATIONS]`. The directory keeps
 * the data for the next run. Prints a Markdown table of milliseconds, one search at a time: as the server's process sees them,
 * and (on Linux) the CPU time of the database, which other work on the machine disturbs less.
 */
const PATIENTS = 10_000;
const ROUNDS = 200;
const PAGES = 50;

const [, , directory = mkdtempSync(join(tmpdir(), 'athanor-million-')), observations = '1000000'] = process.argv;

void run(resolve(directory), Number(observations)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);

async function run(dataDir: string, count: number): Promise<void> {
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off', synchronous_commit: 'off' } });
  await migrate(server.connectionString);
  const open = await openMillion(server.connectionString);
  const [filled] = await open.engine.db.query({ text: 'select from resource limit 1', values: [] });
  if (filled === undefined) await load(open, PATIENTS, count);
  const cpu = await databaseCpu(open);
  console.log('| search | p50 ms | p95 ms | CPU p50 ms | CPU p95 ms | wanted p95 |\n|---|--:|--:|--:|--:|--:|');
  for (const { name, p95, query } of searchCases(PATIENTS)) {
    const times = await sample(ROUNDS, cpu, async () => {
      const tree = treeOf(open, query());
      await open.engine.db.query(compilePage(tree, contextOf(open), undefined).statement);
    });
    console.log(`| ${name} | ${times.join(' | ')} | ${p95 ?? ''} |`);
  }
  const code = 'code=http://loinc.org|1003-3';
  await row('total of a code', cpu, () => total(open, { type: 'Observation', query: code }));
  await pages(open, 'Observation', `${code}&_sort=-date`);
  await pages(open, 'Observation', 'category=laboratory&status=final&_sort=-date');
  await pages(open, 'Patient', 'gender=female&_sort=birthdate');
  await open.close();
  await server.stop();
}

async function row(name: string, cpu: () => number, search: () => Promise<unknown>): Promise<void> {
  console.log(`| ${name} | ${(await sample(20, cpu, search)).join(' | ')} | |`);
}

function openMillion(connectionString: string): Promise<OpenEngine> {
  return openEngine({
    connectionString,
    // One connection, whose process is the one that is measured.
    poolSize: 1,
    statementTimeout: 600_000,
    poolTimeout: 5000,
    settings: {
      baseUrl: 'http://localhost:8080/fhir/R4',
      referentialIntegrity: true,
      defaultCount: 20,
      maxCount: 1000,
      maxBundleEntries: 5000,
      maxIncludes: 1000,
      version: 'bench',
    },
    baseUrls: [],
    validation: { others: 'full', byType: new Map() },
    profiles: new Map(),
    runsJobs: false,
    now: () => Date.now(),
    onError: (error) => {
      throw error;
    },
  });
}

interface Query {
  readonly type: string;
  readonly query: string;
}

function treeOf({ engine }: OpenEngine, { type, query }: Query): SearchTree {
  const { registry, definitions, settings } = engine;
  return parseSearch({
    resourceType: type,
    query,
    lenient: false,
    registry,
    definitions,
    baseUrl: settings.baseUrl,
    defaultCount: 20,
    maxCount: 1000,
    maxValues: 1000,
  });
}

function contextOf({ engine }: OpenEngine): Parameters<typeof compilePage>[1] {
  return { hasher: engine.hasher(1), definitions: engine.definitions, registry: engine.registry, now: Date.now() };
}

async function total(open: OpenEngine, query: Query): Promise<void> {
  await open.engine.db.query(compileCount(treeOf(open, query), contextOf(open)).statement);
}

/** The same search page by page: the last pages must cost what the first ones do. */
async function pages(open: OpenEngine, type: string, query: string): Promise<void> {
  const tree = treeOf(open, { type, query });
  const first: number[] = [];
  const last: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    let position: Position | undefined;
    for (let page = 1; page <= PAGES; page += 1) {
      const { statement, size } = compilePage(tree, contextOf(open), position);
      const start = performance.now();
      const found = await open.engine.db.query<{ pid: number; k0: number }>(statement);
      if (page === 1) first.push(performance.now() - start);
      if (page === PAGES) last.push(performance.now() - start);
      const end = found[size - 1];
      if (end !== undefined) position = [end.k0, end.pid];
    }
  }
  const [one = ''] = quantiles(first);
  const [fiftieth = ''] = quantiles(last);
  console.log(`| page 50 of ${type}?${query} | ${fiftieth} (page 1: ${one}) | | | | 1.5 × page 1 |`);
}

async function sample(rounds: number, cpu: () => number, search: () => Promise<unknown>): Promise<readonly string[]> {
  const times: number[] = [];
  const used: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = cpu();
    const start = performance.now();
    await search();
    times.push(performance.now() - start);
    used.push(cpu() - before);
  }
  return [...quantiles(times), ...quantiles(used)];
}

/** Milliseconds of CPU that the connection's process has used so far; NaN where the system does not tell. */
async function databaseCpu({ engine }: OpenEngine): Promise<() => number> {
  const [backend] = await engine.db.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid', values: [] });
  const file = `/proc/${backend?.pid ?? 0}/schedstat`;
  if (!existsSync(file)) return () => NaN;
  return () => Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6;
}

/** p50 and p95. */
function quantiles(times: number[]): readonly string[] {
  times.sort((a, b) => a - b);
  return [0.5, 0.95].map((q) => (times[Math.floor(times.length * q)] ?? NaN).toFixed(2));
}
