import { setTimeout as pause } from 'node:timers/promises';
import { SERVER } from '../../server/access/principal.ts';
import { eraseOperation } from '../../server/fhir/operations/erase.ts';
import { DEFAULT_PROTECTED } from '../../server/protection/rules.ts';
import type { Db } from '../../server/storage/db.ts';
import { raiseLiveVersion } from '../../server/storage/live-version.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';
import { newMasters, openRaw } from './protected-server.ts';

/** Searches with `:below` find by a dictionary of uris; an erasure takes out of it what was the patient's alone. */
let server: FhirServer;
let raw: Db;
/** What happens between the commit of an erasure and its answer. */
let meanwhile = (): Promise<void> => Promise.resolve();

const SHARED = 'http://example.org/StructureDefinition/shared';
const ALONE = 'http://example.net/of/org-alone';
const AGAIN = 'http://example.net/of/org-again';

beforeAll(async () => {
  server = await openFhirServer({
    protection: { masters: newMasters(), parts: DEFAULT_PROTECTED },
    authenticate: () => ({ ...SERVER, tenant: 1, secondFactor: Date.now() }),
    validation: 'structure',
    operations: ({ protection }) => {
      if (protection === undefined) throw new Error('not protected');
      const { signer, pseudonym } = protection;
      const keysChecked = async (): Promise<void> => {
        await meanwhile();
        await protection.checkedEverywhere();
      };
      return [eraseOperation({ signer, pseudonym, erasers: [], keysChecked, retentionYears: 0 })];
    },
  });
  raw = openRaw(server);
});
afterAll(async () => {
  await raw.close();
  await server.close();
});

async function put(id: string, family: string, profile: readonly string[]): Promise<void> {
  const body = { resourceType: 'Patient', id, meta: { profile }, name: [{ family }] };
  expect((await server.send('PUT', `Patient/${id}`, body)).status).toBe(201);
}

async function erase(id: string): Promise<void> {
  const parameter = Object.entries({ confirm: id, basis: 'test-data' }).map(([name, valueString]) => ({
    name,
    valueString,
  }));
  const { status } = await server.send('POST', `Patient/${id}/$erase`, { resourceType: 'Parameters', parameter });
  expect(status).toBe(200);
}

async function below(uri: string): Promise<readonly string[]> {
  const { body } = await server.send('GET', `Patient?_profile:below=${encodeURIComponent(uri)}`);
  const { entry = [] } = body as { readonly entry?: readonly { readonly resource: { readonly id: string } }[] };
  return entry.map(({ resource }) => resource.id).sort();
}

async function known(value: string): Promise<number> {
  const rows = await raw.query({ text: 'select 1 from uri_seen where value = $1', values: [value] });
  return rows.length;
}

test('what others have is found as before, though the name of three letters stands in it', async () => {
  await put('named', 'Org', [SHARED, ALONE]);
  await put('other', 'Berg', [SHARED]);
  expect([await below('http://example.org'), await below('http://example.net')]).toEqual([
    ['named', 'other'],
    ['named'],
  ]);
  const after: number[] = [];
  meanwhile = async () => void after.push(await known(SHARED), await known(ALONE));
  await erase('named');
  // At once: whoever searches meanwhile finds them too, and so it stays when this process ends before its answer.
  expect(after).toEqual([1, 0]);
  expect(await below('http://example.org')).toEqual(['other']);
});

test('what was the patient’s alone is found when somebody has it later', async () => {
  await put('later', 'Berg', [ALONE]);
  expect(await below('http://example.net')).toEqual(['later']);
});

test('what a write under way believed to be there is put back', async () => {
  await put('second', 'Org', [AGAIN]);
  meanwhile = async () => {
    await put('hasty', 'Berg', [AGAIN]);
    // As a process would have left it that had not heard of the erasure yet.
    await raw.query({ text: 'delete from uri_seen where value = $1', values: [AGAIN] });
  };
  await erase('second');
  expect(await below(AGAIN)).toEqual(['hasty']);
});

test('another process that erases is heard of within two seconds', async () => {
  await raw.query({ text: 'delete from uri_seen where value = $1', values: [SHARED] });
  await raiseLiveVersion(raw, 'uris');
  await pause(2100);
  await put('heard', 'Berg', [SHARED]);
  expect(await below(SHARED)).toEqual(['heard', 'other']);
});
