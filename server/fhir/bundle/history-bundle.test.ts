import { unrestricted } from '../../access/access.ts';
import { loadDefinitions } from '../../definitions/load.ts';
import { METHOD } from '../../storage/insert.ts';
import { linksText } from '../paging/links.ts';
import { historyText } from './history-bundle.ts';

const BASE = 'http://localhost:8080/fhir/R4';
const definitions = loadDefinitions();
const type = definitions.typeId('Patient');
const updated = Date.UTC(2024, 4, 1, 10);

test('each version tells how it came to be, a deletion has no resource', () => {
  const common = { pid: 1, type, id: '7', updated, isRevival: false };
  const text = historyText(
    definitions,
    { baseUrl: BASE, access: unrestricted(1) },
    [
      { ...common, version: 3, method: METHOD.DELETE, body: null },
      { ...common, version: 2, method: METHOD.PUT, body: '},"active":true}' },
      { ...common, version: 1, method: METHOD.POST, body: '},"active":false}' },
    ],
    linksText(`${BASE}/Patient/7/_history`, undefined, undefined),
    undefined,
  );
  const { entry, ...bundle } = JSON.parse(text) as { entry: { response: { etag: string } }[] };
  expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'history' });
  const lastModified = '2024-05-01T10:00:00.000Z';
  expect(entry).toEqual([
    {
      fullUrl: `${BASE}/Patient/7`,
      request: { method: 'DELETE', url: 'Patient/7' },
      response: { status: '204 No Content', etag: 'W/"3"', lastModified },
    },
    {
      fullUrl: `${BASE}/Patient/7`,
      resource: { resourceType: 'Patient', id: '7', meta: { versionId: '2', lastUpdated: lastModified }, active: true },
      request: { method: 'PUT', url: 'Patient/7' },
      response: { status: '200 OK', etag: 'W/"2"', lastModified },
    },
    {
      fullUrl: `${BASE}/Patient/7`,
      resource: {
        resourceType: 'Patient',
        id: '7',
        meta: { versionId: '1', lastUpdated: lastModified },
        active: false,
      },
      request: { method: 'POST', url: 'Patient' },
      response: { status: '201 Created', etag: 'W/"1"', lastModified },
    },
  ]);
});
