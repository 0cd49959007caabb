import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadBaseCanonicals } from '../../../server/definitions/base-canonicals.ts';
import { readElements, type ElementJson } from '../../../server/definitions/snapshot/element-json.ts';
import { generateSnapshot } from '../../../server/definitions/snapshot/generate-snapshot.ts';
import { structureSource } from '../../../server/definitions/snapshot/structure-source.ts';
import { readArchive } from '../../../server/fhir/packages/read-archive.ts';
import { isObject, parseJson, type JsonObject } from '../../../server/kernel/json.ts';
import { ROOT } from '../../architecture/source-files.ts';

const FOLDER = join(ROOT, '../shared/data/packages');
const PACKAGES = ['us_core_311.tgz', 'us_core_610.tgz', 'us_core_700.tgz'];

/** Snapshots as their publishers made them; some of their tools leave out what slices inherit, hence not all agree. */
describe('published snapshots', () => {
  for (const name of PACKAGES) {
    const file = join(FOLDER, name);
    if (!existsSync(file)) test.skip(`../shared/data/packages/${name} is not there`, () => undefined);
    else {
      test(name, async () => {
        const { same, all } = await compare(file);
        expect(all).toBeGreaterThan(1000);
        expect(same / all).toBeGreaterThan(0.97);
      });
    }
  }
});

async function compare(file: string): Promise<{ readonly same: number; readonly all: number }> {
  const structures = await structuresIn(file);
  const known = structureSource(loadBaseCanonicals());
  const find = (canonical: string): JsonObject | undefined =>
    structures.find(({ url }) => url === canonical.split('|', 1)[0]) ?? known(canonical);
  let same = 0;
  let all = 0;
  for (const { snapshot, ...structure } of structures) {
    const published = readElements({ snapshot }, 'snapshot').elements;
    const result = generateSnapshot(structure, find);
    const own = 'snapshot' in result ? readElements({ snapshot: result.snapshot }, 'snapshot').elements : [];
    const byId = new Map(own.map((element) => [element.id, essence(element)]));
    all += published.length;
    same += published.filter((element) => byId.get(element.id) === essence(element)).length;
  }
  return { same, all };
}

async function structuresIn(file: string): Promise<readonly JsonObject[]> {
  const entries = await readArchive(readFileSync(file));
  return [...entries].flatMap(([path, bytes]) => {
    if (!/StructureDefinition-[^/]*\.json$/.test(path)) return [];
    const structure = parseJson(bytes.toString('utf8'));
    return isObject(structure) && structure.derivation === 'constraint' ? [structure] : [];
  });
}

/** What validation depends on. */
function essence(element: ElementJson): string {
  const { path, min, max, type = [], contentReference, binding } = element;
  const types = type.map(({ code, profile = [] }) => [code, ...profile]);
  const stated = Object.keys(element)
    .filter((key) => /^(fixed|pattern)[A-Z]/.test(key))
    .map((key) => element[key]);
  // Newer tools put the structure before the `#`.
  const reference = contentReference?.slice(contentReference.indexOf('#'));
  return JSON.stringify([path, min, max, types, reference, binding?.strength, binding?.valueSet, stated]);
}
