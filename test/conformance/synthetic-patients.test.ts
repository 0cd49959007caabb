import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InputFile } from '../../server/import/input-files.ts';
import { localPool } from '../../server/import/local-pool.ts';
import { loadFiles } from '../../server/import/run.ts';
import { validateStored } from '../../server/revalidation/validate-stored.ts';
import { openFhirServer, pagesFrom, type Body, type Entry, type FhirServer } from '../flows/fhir-server.ts';
import { realLines } from './real-data.ts';

// Providers as batches; patients that refer to them by conditional references; patients that stand alone.
const FILES = ['a0-providers-00', 'a1-patients-00', 'b-patients-12'];
const sources = FILES.map((name) => ({ name, lines: realLines(`synthea/${name}.ndjson.gz`) ?? [] }));
const isThere = sources.every(({ lines }) => lines.length > 0);

/** Errors in the data, by element and beginning of the text, that hold against the specification. */
const CONFIRMED = [
  // Round brackets are for terms in UCUM; a score is {score} or 1.
  ['Observation.value.code', '"(score)" is not a code of http://unitsofmeasure.org'],
  ['Observation.component.value.code', '"units" is not a code of http://unitsofmeasure.org'],
  // The code is vital-signs.
  [
    'Observation.category.coding.code',
    '"vital-sign" is not a code of http://terminology.hl7.org/CodeSystem/observation-category',
  ],
  // As a URI it is urn:oid:1.2.840.….
  ['ImagingStudy.series.instance.sopClass.code', '"1.2.840.10008.'],
  // The binding has the maximum all-languages, which is BCP-47 alone.
  [
    'Patient.communication.language',
    '"hi" of http://id.loc.gov/vocabulary/iso639-1 is not in the value set http://hl7.org/fhir/ValueSet/all-languages',
  ],
] as const;

jest.setTimeout(300_000);

type Counts = Record<string, number>;

function countOf(keys: Iterable<string>): Counts {
  const counts: Counts = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

const types = (entries: readonly Entry[]): string[] => entries.map(({ resource }) => resource?.resourceType ?? '');

/** Each `reference` below the value. */
function* references(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value) as [string, unknown][]) {
    if (key === 'reference' && typeof item === 'string') yield item;
    else yield* references(item);
  }
}

function* identifiersOf({ resourceType, identifier }: Body): Generator<string> {
  for (const { system, value } of (identifier ?? []) as { readonly system?: string; readonly value: string }[]) {
    yield `${resourceType}?identifier=${system ?? ''}|${value}`;
  }
}

/** @returns what was rejected */
async function importAll(server: FhirServer): Promise<readonly string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'athanor-conformance-'));
  try {
    const files = sources.map(({ name, lines }): InputFile => {
      const bytes = Buffer.from(lines.join('\n'));
      return {
        name,
        size: bytes.length,
        async *open() {
          yield bytes;
        },
      };
    });
    const progress = { update: () => undefined, done: () => undefined };
    const { rejected } = await loadFiles({ files, pool: localPool(server), progress, dataDir, startedAt: 0 });
    return [...rejected.summary.keys()];
  } finally {
    rmSync(dataDir, { recursive: true });
  }
}

/** @returns what was rejected */
async function postAll(server: FhirServer): Promise<readonly string[]> {
  const rejected: string[] = [];
  for (const line of sources.flatMap(({ lines }) => lines)) {
    const { status, text, body } = await server.send('POST', '', line, { Prefer: 'return=minimal' });
    if (status !== 200) rejected.push(text);
    for (const { response } of body.entry ?? []) {
      if (response?.status !== '201 Created') rejected.push(JSON.stringify(response));
    }
  }
  return rejected;
}

describe.each([
  ['imported', importAll],
  ['sent to the base one Bundle at a time', postAll],
])('Bundles of synthetic patients, %s', (_way, load) => {
  if (!isThere) {
    test.skip('../shared/data/synthea is not there', () => undefined);
    return;
  }
  const given = sources.flatMap(({ lines }) => lines).flatMap((line) => (JSON.parse(line) as Body).entry ?? []);
  let server: FhirServer;
  let stored: readonly Entry[];

  beforeAll(async () => {
    // What is invalid in them is found below, as after an import.
    server = await openFhirServer({ validation: 'structure' });
  });

  afterAll(() => server.close());

  test('are loaded without rejects', async () => {
    expect(await load(server)).toEqual([]);
    stored = (await pagesFrom(server, '?_count=1000')).flatMap(({ entry = [] }) => entry);
  });

  test('have as many resources of each type as the files', () => {
    expect(countOf(types(stored))).toEqual(countOf(types(given)));
  });

  test('are valid but for what the specification forbids indeed', async () => {
    const selection = { types: [], since: 0 };
    const report = { found: () => undefined, progress: () => undefined };
    const { checked, classes } = await validateStored(server.engine, server.ctx(), selection, report);
    expect(checked).toBe(given.length);
    const errors = classes.filter(({ severity }) => severity === 'error');
    const unexpected = errors.filter(
      ({ element, text }) => !CONFIRMED.some(([place, start]) => element === place && text.startsWith(start)),
    );
    expect(unexpected).toEqual([]);
  });

  test('have every conditional reference resolved to the resource that it names', () => {
    const idOf = new Map<string, string>();
    for (const { resource } of stored) {
      if (resource === undefined) continue;
      for (const criteria of identifiersOf(resource))
        idOf.set(criteria, `${resource.resourceType}/${resource.id ?? ''}`);
    }
    const conditional = [...references(given)].filter((reference) => reference.includes('?'));
    expect(conditional.length).toBeGreaterThan(10_000);
    const targets = countOf(conditional.map((reference) => idOf.get(reference) ?? `nothing for ${reference}`));
    const found = countOf([...references(stored)].filter((reference) => Object.hasOwn(targets, reference)));
    expect(found).toEqual(targets);
  });

  test('have no reference to something that is not there', () => {
    const ids = new Set(stored.map(({ resource }) => `${resource?.resourceType ?? ''}/${resource?.id ?? ''}`));
    const dangling = [...references(stored)].filter((reference) => !reference.startsWith('#') && !ids.has(reference));
    expect(dangling).toEqual([]);
  });
});
