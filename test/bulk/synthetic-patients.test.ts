import { loadFiles } from '../../server/import/run.ts';
import { localPool } from '../../server/import/local-pool.ts';
import { realLines } from '../conformance/real-data.ts';
import { pagesFrom } from '../flows/fhir-server.ts';
import { namesOf, openBulkServer, type BulkServer, type Exported } from './bulk-server.ts';

jest.setTimeout(300_000);

const FILES = ['a0-providers-00', 'a1-patients-00'];
const sources = FILES.map((name) => ({ name, lines: realLines(`synthea/${name}.ndjson.gz`) ?? [] }));

/** Bundles of patients; whole files take minutes. */
const PATIENTS = 8;

if (sources.some(({ lines }) => lines.length === 0)) {
  test.skip('../shared/data/synthea is not there', () => undefined);
} else {
  let server: BulkServer;
  beforeAll(async () => {
    server = await openBulkServer({ perFile: 500, maxCount: 1000 });
    const files = sources.map(({ name, lines }, index) => {
      const bytes = Buffer.from((index === 0 ? lines : lines.slice(0, PATIENTS)).join('\n'));
      return {
        name,
        size: bytes.length,
        async *open() {
          yield bytes;
        },
      };
    });
    const progress = { update: () => undefined, done: () => undefined };
    const { rejected } = await loadFiles({
      files,
      pool: localPool(server),
      progress,
      dataDir: server.folder,
      startedAt: 0,
    });
    expect(rejected.count).toBe(0);
  });
  afterAll(() => server.close());

  async function found(search: string): Promise<Exported[]> {
    const pages = await pagesFrom(server, search);
    return pages.flatMap(({ entry = [] }) => entry.map(({ resource }) => resource as unknown as Exported));
  }

  const byName = (resources: readonly Exported[]): Map<string, Exported> =>
    new Map(resources.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]));

  test('an export of the system equals a walk through all pages of a search, resource by resource', async () => {
    const walked = await found('?_count=1000');
    const exported = await server.resources((await server.export('$export')).output);
    expect(walked.length).toBeGreaterThan(1000);
    expect(namesOf(exported)).toEqual(namesOf(walked));
    expect(byName(exported)).toEqual(byName(walked));
  });

  test('an export of one patient equals the compartment and what it refers to, as $everything gives it', async () => {
    const [patient] = await found('Patient?_count=1');
    const everything = await found(`Patient/${patient?.id}/$everything?_count=1000`);
    expect(await server.exported(`Patient/${patient?.id}/$export`)).toEqual(namesOf(everything));
  });
}
