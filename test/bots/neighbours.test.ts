import { BOMBS } from './hostile-corpus.ts';
import { openBotServer, type BotServer } from './bot-server.ts';

jest.setTimeout(120_000);

const READERS = 4;
const HOSTILE = 50;
const QUIET = 2000;

let server: BotServer;

beforeAll(async () => {
  server = await openBotServer();
});

afterAll(() => server.close());

/** Times of reads, ms, by several readers at once until it is over. */
async function read(id: string, isOver: () => boolean): Promise<number[]> {
  const times: number[] = [];
  const reader = async (): Promise<void> => {
    while (!isOver()) {
      const started = performance.now();
      const { status } = await server.get(`Patient/${id}`);
      times.push(performance.now() - started);
      if (status !== 200) throw new Error(`read answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  return times;
}

function percentile(times: readonly number[], part: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * part)] ?? 0;
}

test('fifty hostile bots at once end, and readers beside them are answered', async () => {
  const client = await server.client('system', ['system/*.cruds']);
  const bots: string[] = [];
  for (const [index, { body }] of BOMBS.slice(0, 25).entries()) {
    const source = `export default async () => { ${body} }`;
    const limits = { cpu: 200, wall: 2000 };
    bots.push((await server.deploy({ name: `hostile-${index}`, client, source, limits })).id ?? '');
  }
  const { body } = await server.send('POST', 'Patient', { resourceType: 'Patient', name: [{ family: 'Read' }] });
  const quiet = async (): Promise<number[]> => {
    const end = Date.now() + QUIET;
    return read(body.id ?? '', () => Date.now() > end);
  };
  await quiet();
  const before = await quiet();
  let isOver = false;
  const during = read(body.id ?? '', () => isOver);
  const answers = await Promise.all(
    Array.from({ length: HOSTILE }, (_, index) => server.execute(bots[index % bots.length])),
  );
  isOver = true;
  const beside = await during;
  const after = await quiet();
  expect(answers.map(({ status }) => status).filter((status) => status !== 422 && status !== 200)).toEqual([]);
  const baseline = percentile([...before, ...after], 0.99);
  const p99 = percentile(beside, 0.99);
  process.stdout.write(
    `read p99 ${baseline.toFixed(1)} ms alone, ${p99.toFixed(1)} ms beside ${HOSTILE} hostile bots\n`,
  );
  // Hostile ones leave no trace that keeps others from running.
  const kind = await server.deploy({ name: 'kind', client, source: 'export default async () => 1' });
  expect((await server.execute(kind.id)).text).toContain('"valueString":"1"');
});
