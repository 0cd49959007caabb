import { unrestricted } from '../../server/access/access.ts';
import type { Principal } from '../../server/access/principal.ts';
import { fault } from '../../server/kernel/fault.ts';
import { ROUTES } from '../../server/fhir/router.ts';
import type { OperationLevel } from '../../server/fhir/operations/operation.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';

/** No route and no operation is answered without leaving its event, whatever the answer; generated from the tables. */
const USER: Principal = {
  tenant: 1,
  kind: 'user',
  account: 'acc',
  fhirUser: 'Practitioner/p',
  roles: [],
  purposes: [],
};

let server: FhirServer;
let refusal: (() => never) | undefined;

beforeAll(async () => {
  server = await openFhirServer({
    isAudited: true,
    authenticate: () => {
      refusal?.();
      return USER;
    },
  });
  Object.assign(server.engine, { access: () => unrestricted(1) });
  await server.send('PUT', 'Patient/1', { resourceType: 'Patient', id: '1' });
});
afterAll(() => server.close());

interface Row {
  readonly interaction: string;
  readonly agent: string;
  readonly status: number;
  readonly outcome: number;
}

/** What a request left in the table. */
async function left(work: () => Promise<{ readonly status: number }>): Promise<{ status: number; rows: Row[] }> {
  const db = server.engine.dbOf(1);
  const [before] = await db.query<{ count: number }>({
    text: 'select count(*)::integer as count from audit_event',
    values: [],
  });
  const { status } = await work();
  const rows = await db.query<Row>({
    text: 'select interaction, agent, status, outcome from audit_event order by tx, id offset $1',
    values: [before?.count ?? 0],
  });
  return { status, rows };
}

const pathOf = (shape: string): string => {
  let ids = 0;
  let types = 0;
  return shape
    .split('/')
    .map((segment) => {
      if (segment === 'T') return (types += 1) === 1 ? 'Patient' : 'Observation';
      if (segment === 'I') return (ids += 1) === 1 ? '1' : '1';
      return segment === '$' ? '$validate' : segment;
    })
    .join('/');
};

const requests = ROUTES.filter(({ isPublic }) => isPublic !== true).map(({ method, shape, interaction }) => ({
  name: `${method} ${shape}`,
  method,
  path: pathOf(shape),
  interaction,
}));

const send = (method: string, path: string): Promise<{ status: number }> => {
  if (method === 'GET') return server.get(path);
  if (path.endsWith('_search'))
    return server.send(method, path, '', { 'Content-Type': 'application/x-www-form-urlencoded' });
  // Enough for each of them to get somewhere; what it becomes is tested elsewhere.
  const body = path === '' ? { resourceType: 'Bundle', type: 'batch' } : { resourceType: 'Patient', id: '1' };
  return server.send(method, path, method === 'DELETE' ? undefined : body);
};

test.each(requests)('$name', async ({ method, path, interaction }) => {
  const { status, rows } = await left(() => send(method, path));
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows)
    expect(row).toMatchObject({ agent: 'Practitioner/p', outcome: status < 400 ? 0 : status < 500 ? 4 : 8 });
  if (status >= 400) expect(rows).toHaveLength(1);
  if (interaction !== 'operation' && interaction !== 'batch' && !interaction.startsWith('conditional')) {
    expect(rows[0]?.interaction).toBe(interaction);
  }
});

test.each(requests)('$name, refused', async ({ method, path }) => {
  refusal = () => {
    throw fault('auth.required', 401, 'login', 'Sign in.', undefined, { headers: { 'WWW-Authenticate': 'Bearer' } });
  };
  try {
    const { status, rows } = await left(() => send(method, path));
    expect(status).toBe(401);
    expect(rows).toEqual([expect.objectContaining({ agent: 'anonymous', status: 401, outcome: 4 })]);
  } finally {
    refusal = undefined;
  }
});

test('public routes leave nothing', async () => {
  for (const { shape } of ROUTES.filter(({ isPublic }) => isPublic)) {
    expect((await left(() => server.get(pathOf(shape)))).rows).toEqual([]);
  }
});

const PLACES: Readonly<Record<OperationLevel, (type: string) => string>> = {
  system: () => '',
  type: (type) => `${type}/`,
  instance: (type) => `${type}/1/`,
};

test('every operation, at every level', async () => {
  for (const { code, levels, types = ['Patient'], affectsState } of server.engine.operations) {
    for (const level of levels) {
      const path = `${PLACES[level](types[0] ?? 'Patient')}$${code}`;
      const parameters = { resourceType: 'Parameters' };
      const { status, rows } = await left(() =>
        affectsState ? server.send('POST', path, parameters) : server.get(path),
      );
      expect({
        path,
        rows: rows.length > 0,
        named: rows.some(({ interaction }) => interaction === `$${code}`),
      }).toEqual({
        path,
        rows: true,
        named: true,
      });
      if (status >= 400)
        expect({ path, rows }).toEqual({ path, rows: [expect.objectContaining({ outcome: status < 500 ? 4 : 8 })] });
    }
  }
});

test('what cannot be recorded is not answered', async () => {
  await server.engine.db.query({ text: 'alter table audit_page rename to audit_page_away', values: [] });
  try {
    const answer = await server.get('Patient/1');
    expect(answer.status).toBe(503);
    expect(answer.body.resourceType).toBe('OperationOutcome');
    expect(
      (await server.send('PUT', 'Patient/unrecorded', { resourceType: 'Patient', id: 'unrecorded' })).status,
    ).toBeGreaterThanOrEqual(500);
  } finally {
    await server.engine.db.query({ text: 'alter table audit_page_away rename to audit_page', values: [] });
  }
  expect((await server.get('Patient/unrecorded')).status).toBe(404);
});
