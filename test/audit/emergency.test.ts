import type { Principal } from '../../server/access/principal.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';

/** What somebody looks at in an emergency is on record as such, by the emergency that the server knows of. */
let server: FhirServer;
let caller: Principal = { tenant: 1, kind: 'server', roles: [], purposes: [] };

beforeAll(async () => {
  server = await openFhirServer({ isAudited: true, validation: 'structure', authenticate: () => caller });
  await server.send('PUT', 'Patient/1', { resourceType: 'Patient', id: '1' });
  await server.send('PUT', 'Practitioner/a', { resourceType: 'Practitioner', id: 'a' });
});
afterAll(() => server.close());

test('reads after $break-glass have its purpose', async () => {
  caller = {
    tenant: 1,
    kind: 'user',
    account: 'a',
    fhirUser: 'Practitioner/a',
    roles: ['physician'],
    purposes: [],
    signedIn: Date.now(),
    secondFactor: Date.now(),
  };
  const purposes = async (): Promise<readonly string[]> => {
    const [row] = await server.engine.dbOf(1).query<{ who: string }>({
      text: `select who from audit_event where interaction = 'read' order by tx desc, id desc limit 1`,
      values: [],
    });
    return Object.keys(JSON.parse(row?.who ?? '{}') as object);
  };
  expect((await server.get('Patient/1')).status).toBe(200);
  expect(await purposes()).not.toContain('brokenGlass');
  const parameter = [{ name: 'reason', valueString: 'Unconscious after an accident' }];
  const opened = await server.send('POST', 'Patient/1/$break-glass', { resourceType: 'Parameters', parameter });
  expect([opened.status, opened.text]).toEqual([200, expect.anything()]);
  expect((await server.get('Patient/1')).status).toBe(200);
  expect(await purposes()).toContain('brokenGlass');
});
