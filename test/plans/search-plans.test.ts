import { search } from '../../server/fhir/search/run-search.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import type { Queryable, Statement } from '../../server/storage/db.ts';
import { LOINC, loincCode, MRN } from '../bench/million/generate.ts';
import { load } from '../bench/million/load.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';

/** Hot searches on a real database: how many statements they take, and by which indexes the rows are found. */
let open: TestEngine;

beforeAll(async () => {
  open = await openTestEngine();
  await load(open, 1000, 20_000);
}, 120_000);
afterAll(() => open.close());

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

interface Run {
  readonly statements: readonly Statement[];
  /** Resources in the answer. */
  readonly matches: number;
  /** Index names with the rows that were read from each; nodes that never ran are left out. */
  readonly indexes: ReadonlyMap<string, number>;
  readonly nodes: ReadonlySet<string>;
}

async function run(url: string): Promise<Run> {
  const [type = '', query = ''] = url.split(/\?(.*)/s);
  const statements: Statement[] = [];
  const db: Queryable = {
    query: (statement) => {
      statements.push(statement);
      return open.engine.db.query(statement);
    },
  };
  const request: FhirRequest = { method: 'GET', path: [type], query, headers: { prefer: {}, accept: [] } };
  const { text = '' } = await search(open.engine, { ...open.ctx(), db }, request, { type, path: type });
  const { entry = [] } = JSON.parse(text) as { entry?: readonly unknown[] };
  const indexes = new Map<string, number>();
  const nodes = new Set<string>();
  const [first] = statements;
  if (first !== undefined) collect(await plan(first), indexes, nodes);
  return { statements, matches: entry.length, indexes, nodes };
}

async function plan({ text, values }: Statement): Promise<PlanNode> {
  const [row] = await open.engine.db.query<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>({
    text: `explain (analyze, format json) ${text}`,
    values,
  });
  if (row === undefined) throw new Error('no plan');
  return row['QUERY PLAN'][0].Plan;
}

function collect(node: PlanNode, indexes: Map<string, number>, nodes: Set<string>): void {
  for (const child of node.Plans ?? []) collect(child, indexes, nodes);
  if (node['Actual Loops'] === 0) return;
  nodes.add(node['Node Type']);
  const name = node['Index Name'];
  if (name !== undefined) indexes.set(name, (indexes.get(name) ?? 0) + node['Actual Rows'] * node['Actual Loops']);
}

const CODE = `${LOINC}|${loincCode(0)}`;

describe('a search is one statement, reads no more than it needs, and sorts no table', () => {
  test.each([
    ['patient and code', `Observation?patient=Patient/p1&code=${CODE}`, ['ix_ref_walk', 'ix_token_walk'], 100],
    [
      'patient, code and date',
      `Observation?patient=Patient/p1&code=${CODE}&date=ge2015`,
      ['ix_ref_walk', 'ix_token_walk'],
      100,
    ],
    ['code, newest first', `Observation?code=${CODE}&_sort=-date`, ['ix_token_walk', 'resource_pkey'], 60],
    ['code, oldest first', `Observation?code=${CODE}&_sort=date`, ['ix_token_walk', 'resource_pkey'], 60],
    ['code since a date', `Observation?code=${CODE}&date=ge2024-01`, ['ix_token_walk', 'resource_pkey'], 80],
    ['date range', 'Observation?date=ge2020-01&date=lt2021', ['ix_date_low', 'resource_pkey'], 200],
    ['identifier', `Patient?identifier=${MRN}|MRN-7`, ['ix_token_walk', 'resource_pkey'], 4],
    ['id', 'Patient?_id=p7', ['resource_ref', 'resource_pkey'], 4],
    ['start of a name', 'Patient?name=nowaks', ['ix_string_walk', 'resource_pkey'], 200],
    ['chained name', 'Observation?subject:Patient.family=nowakson', ['ix_string_walk', 'ix_ref_walk'], 1000],
    ['_has', `Patient?_has:Observation:patient:code=${LOINC}|${loincCode(90)}`, ['ix_token_walk', 'ix_ref_pid'], 1000],
    ['two codes', `Observation?code=${CODE},${LOINC}|${loincCode(1)}`, ['ix_token_walk', 'resource_pkey'], 100],
    ['newest changes', 'Observation?_sort=-_lastUpdated', ['resource_updated', 'resource_pkey'], 60],
    ['everything of a type', 'Observation', ['resource_sort', 'resource_pkey'], 60],
  ])('%s', async (_name, url, indexes, mostRows) => {
    const { statements, matches, indexes: used, nodes } = await run(`${url}${url.includes('?') ? '&' : '?'}_count=20`);
    expect(statements).toHaveLength(1);
    expect(matches).toBeGreaterThan(0);
    expect([...used.keys()]).toEqual(expect.arrayContaining(indexes));
    expect([...used.values()].reduce((sum, rows) => sum + rows, 0)).toBeLessThanOrEqual(mostRows);
    expect([...nodes]).not.toContain('Seq Scan');
    expect([...nodes].filter((node) => node.includes('Hash') || node === 'Merge Join')).toEqual([]);
  });
});

test.each([
  ['an accurate total of more than a page', `Observation?code=${CODE}&_total=accurate`, 2],
  ['an accurate total of one page', `Patient?identifier=${MRN}|MRN-7&_total=accurate`, 1],
  ['an include', `Observation?code=${CODE}&_include=Observation:subject`, 2],
  ['a count alone', `Observation?code=${CODE}&_summary=count`, 1],
])('statements for %s', async (_name, url, count) => {
  expect((await run(url)).statements).toHaveLength(count);
});
