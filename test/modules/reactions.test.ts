import { join } from 'node:path';
import { openModuleClinic, type ModuleClinic } from '../harness/module-clinic.ts';
import { room } from './rooms.ts';

let clinic: ModuleClinic;

beforeAll(async () => {
  clinic = await openModuleClinic(join(import.meta.dirname, 'sample'), 'all');
  await clinic.send('PUT', 'Location/r101', room('1.01', { id: 'r101' }));
});

afterAll(() => clinic.close());

/** The number of matches, as soon as there are so many, or after 15 s. */
async function countOf(query: string, expected: number): Promise<number> {
  for (let attempt = 0; ; attempt += 1) {
    const total = (await clinic.get(query)).body.total ?? 0;
    if (total >= expected || attempt === 100) return total;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** What module rooms says when an encounter starts. */
function call({ send, origin }: ModuleClinic): ReturnType<ModuleClinic['send']> {
  const request = {
    hook: 'encounter-start',
    hookInstance: '6bd6e7e6-7b5c-4cf1-8d5a-0d6a9c4d1c11',
    context: { userId: 'Practitioner/1', patientId: '1', encounterId: '1' },
  };
  return send('POST', `${origin}/cds-services/room-card`, request, { 'Content-Type': 'application/json' });
}

test('a bot reacts to a change, once', async () => {
  const body = { resourceType: 'Parameters', parameter: [{ name: 'reason', valueString: 'Water' }] };
  expect((await clinic.send('POST', 'Location/r101/$close', body)).status).toBe(200);
  expect(await countOf('Task?focus=Location/r101', 1)).toBe(1);
});

test('a CDS service is offered, and answers', async () => {
  const services = await clinic.get(`${clinic.origin}/cds-services`);
  expect(JSON.stringify(services.body)).toContain('"id":"room-card"');
  const { status, body } = await call(clinic);
  expect([status, body.cards]).toEqual([200, [expect.objectContaining({ summary: '1 rooms are open' })]]);
});

test('a module that is switched off reacts no more', async () => {
  const parameter = [{ name: 'name', valueCode: 'rooms' }];
  expect((await clinic.send('POST', '$module-disable', { resourceType: 'Parameters', parameter })).status).toBe(200);
  await clinic.send('PUT', 'Location/r102', room('1.02', { id: 'r102', status: 'suspended' }));
  expect((await call(clinic)).status).toBe(404);
  expect((await clinic.get('$report?report=room-list')).status).toBe(404);
  // As long as the bot of the first test took, several times.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  expect((await clinic.get('Task?focus=Location/r102')).body.total).toBe(0);
});
