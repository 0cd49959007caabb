import { loadDefinitions } from '../../server/definitions/load.ts';
import { idsOf, openFhirServer, type FhirServer } from '../flows/fhir-server.ts';
import { minimalResource } from './minimal-resource.ts';

const definitions = loadDefinitions();
let server: FhirServer;

beforeAll(async () => {
  // The resources have what the definitions require and nothing that makes sense.
  server = await openFhirServer({ validation: 'structure' });
});

afterAll(() => server.close());

test('R4 has 146 resource types', () => {
  expect(definitions.resourceTypes).toHaveLength(146);
});

test.each(definitions.resourceTypes)('%s: create, read, update, search, delete, history', async (type) => {
  const minimal = minimalResource(definitions, type);
  const created = await server.send('POST', type, minimal);
  expect(created.status).toBe(201);
  const { id = '' } = created.body;
  const path = `${type}/${id}`;
  expect(created.headers.get('location')).toBe(`${server.base}/${path}/_history/1`);
  expect(created.body).toMatchObject(minimal);

  const accept = { Accept: 'application/fhir+json' };
  const read = await server.get(path, accept);
  expect([read.status, read.text]).toEqual([200, created.text]);

  const updated = await server.send('PUT', path, { ...minimal, id, language: 'de-CH' });
  expect([updated.status, updated.body.meta?.versionId, updated.body.language]).toEqual([200, '2', 'de-CH']);
  expect((await server.get(`${path}/_history/1`, accept)).text).toBe(created.text);

  const search = async (): Promise<string[]> => idsOf((await server.get(`${type}?_id=${id}`)).body);
  expect(await search()).toEqual([path]);

  expect((await server.send('DELETE', path)).status).toBe(204);
  expect((await server.get(path, accept)).status).toBe(410);
  expect(await search()).toEqual([]);

  const history = await server.get(`${path}/_history`);
  expect(history.body.entry?.map(({ request }) => request?.method)).toEqual(['DELETE', 'PUT', 'POST']);
});
