import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openTestEngine } from '../../test/harness/test-engine.ts';
import type { InputFile } from './input-files.ts';
import { localPool } from './local-pool.fixture.ts';
import { loadFiles } from './run.ts';

const FOLDER = join(__dirname, '../../../shared/data/synthea');
// Providers as batches, patients that refer to them by conditional references, patients that stand alone.
const PARTS = [
  { name: 'a0-providers-00', bundles: 2 },
  { name: 'a1-patients-00', bundles: 3 },
  { name: 'b-patients-12', bundles: 5 },
] as const;
const pathOf = (name: string): string => join(FOLDER, `${name}.ndjson.gz`);

function files(): InputFile[] {
  return PARTS.map(({ name, bundles }) => {
    const lines = gunzipSync(readFileSync(pathOf(name)))
      .toString()
      .split('\n')
      .slice(0, bundles);
    const bytes = Buffer.from(lines.join('\n'));
    return {
      name,
      size: bytes.length,
      async *open() {
        yield bytes;
      },
    };
  });
}

interface Bundle {
  readonly entry: readonly { readonly resource: { readonly resourceType: string } }[];
}

async function countTypes(inputs: readonly InputFile[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const input of inputs) {
    for await (const bytes of input.open()) {
      for (const line of bytes.toString().split('\n')) {
        for (const { resource } of (JSON.parse(line) as Bundle).entry) {
          counts[resource.resourceType] = (counts[resource.resourceType] ?? 0) + 1;
        }
      }
    }
  }
  return counts;
}

const isThere = PARTS.every(({ name }) => existsSync(pathOf(name)));
const name = isThere ? 'loads them without rejects' : `skipped: ${FOLDER} is not there`;

describe('Synthea bundles', () => {
  (isThere ? test : test.skip)(
    name,
    async () => {
      const opened = await openTestEngine();
      const dataDir = mkdtempSync(join(tmpdir(), 'athanor-import-'));
      try {
        const progress = { update: () => undefined, done: () => undefined };
        const inputs = files();
        const pool = localPool(opened);
        const { totals, rejected } = await loadFiles({ files: inputs, pool, progress, dataDir, startedAt: 0 });
        expect([...rejected.summary.keys()]).toEqual([]);
        expect(Object.fromEntries(totals.created)).toEqual(await countTypes(inputs));
      } finally {
        rmSync(dataDir, { recursive: true });
        await opened.close();
      }
    },
    120_000,
  );
});
