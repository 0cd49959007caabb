import type { Body } from '../flows/fhir-server.ts';
import { openBulkServer, type BulkServer } from './bulk-server.ts';

let server: BulkServer;
beforeEach(async () => {
  server = await openBulkServer();
  const entry = Array.from({ length: 250 }, (_, index) => [
    { resourceType: 'Patient', id: `p${index}`, active: index % 2 === 0 },
    {
      resourceType: 'Observation',
      id: `o${index}`,
      status: 'final',
      code: { text: 'x' },
      subject: { reference: `Patient/p${index}` },
    },
  ])
    .flat()
    .map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }));
  const { status } = await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  if (status !== 200) throw new Error(`${status}`);
});
afterEach(() => server.close());

const order = (values: Readonly<Record<string, string | boolean | number>>): object => ({
  resourceType: 'Parameters',
  parameter: Object.entries(values).map(([name, value]) =>
    typeof value === 'boolean'
      ? { name, valueBoolean: value }
      : typeof value === 'number'
        ? { name, valueInteger: value }
        : { name, valueString: value },
  ),
});

async function deleted(values: Readonly<Record<string, string | boolean | number>>): Promise<Body> {
  return (await server.done(await server.start('POST', '$bulk-delete', order(values)))).body;
}

function counts(body: Body, name: string): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const parameter of body.parameter ?? []) {
    if (parameter.name !== name) continue;
    const { part } = parameter as unknown as { part: readonly { valueCode: string; valueInteger: number }[] };
    found[part[0]?.valueCode ?? ''] = part[1]?.valueInteger ?? -1;
  }
  return found;
}

async function total(search: string): Promise<number> {
  return (await server.get(`${search}&_summary=count`)).body.total ?? -1;
}

test('a dry run counts and deletes nothing', async () => {
  const body = await deleted({ _typeFilter: 'Patient?active=false', _type: 'Observation', dryRun: true });
  expect(counts(body, 'matched')).toEqual({ Patient: 125, Observation: 250 });
  expect([await total('Patient?'), await total('Observation?')]).toEqual([250, 250]);
});

test('what refers to something goes before it', async () => {
  const body = await deleted({ _type: 'Patient,Observation' });
  expect(counts(body, 'deleted')).toEqual({ Patient: 250, Observation: 250 });
  expect([await total('Patient?'), await total('Observation?')]).toEqual([0, 0]);
  expect((await server.get('Patient/p1/_history')).body.entry).toHaveLength(2);
});

test('what is referred to stays, with the reason', async () => {
  await deleted({ _typeFilter: 'Observation?subject=Patient/p0,Patient/p2' });
  const body = await deleted({ _typeFilter: 'Patient?active=true' });
  expect(counts(body, 'deleted')).toEqual({ Patient: 2 });
  const refused = body.parameter?.find(({ name }) => name === 'refused');
  expect(refused?.valueInteger).toBe(123);
  const error = body.parameter?.find(({ name }) => name === 'error') as unknown as { valueUrl: string };
  const outcomes = await server.resources([{ type: 'OperationOutcome', url: error.valueUrl, count: 123 }]);
  expect(JSON.stringify(outcomes[0])).toMatch(/Other resources refer to it.*Patient\/p/);
  expect(await total('Patient?')).toBe(248);
});

test('more than the limit: nothing is deleted', async () => {
  const address = await server.start('POST', '$bulk-delete', order({ _type: 'Observation', limit: 249 }));
  const { status, body } = await server.done(address);
  expect([status, body.issue?.[0]?.details.text]).toEqual([412, expect.stringContaining('249')]);
  expect(await total('Observation?')).toBe(250);
});

test.each([
  [{}, 'Name what is to be deleted'],
  [{ _type: 'Patientt' }, 'Patientt'],
  [{ _typeFilter: 'Patient?_sort=name' }, 'condition'],
  [{ _type: 'Patient', limit: 0 }, 'limit'],
  [{ _type: 'Patient', color: 'red' }, 'color'],
])('%j is refused', async (values, text) => {
  const answer = await server.send('POST', '$bulk-delete', order(values), {
    Prefer: 'respond-async',
  });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(text)]);
});
