import { wordsOf } from '../../server/fhir/operations/erase/words-of.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_PROTECTED } from '../../server/protection/rules.ts';
import { eraseWorks } from '../../server/jobs/async/erase-works.ts';
import { newMasters, openRaw, placesOf } from '../protection/protected-server.ts';
import { createTenant } from '../../server/storage/tenants.ts';
import { tidyWorks } from '../../server/jobs/async/tidy-works.ts';
import { answerIn, openAsyncServer, type AsyncServer } from './async-server.ts';

let server: AsyncServer;

afterEach(() => server.close());

test('what is kept of requests is encrypted, and goes with the patient that it names', async () => {
  server = await openAsyncServer({
    validation: 'structure',
    protection: { masters: newMasters(), parts: DEFAULT_PROTECTED },
  });
  const raw = openRaw(server);
  await server.send('PUT', 'Patient/p1', { resourceType: 'Patient', id: 'p1', name: [{ family: 'Mustermann' }] });
  const named = await server.start('GET', 'Patient?name=Mustermann');
  const other = await server.start('GET', 'Patient?gender=female');
  expect(JSON.stringify((await server.done(named)).body)).toContain('Mustermann');
  await server.done(other);
  const places = await placesOf(raw, ['mustermann']);
  expect(places.filter((place) => place.startsWith('async_work') || place.startsWith('job'))).toEqual([]);
  const erased = {
    tenant: 1,
    id: 'p1',
    names: ['Patient/p1'],
    words: wordsOf([{ resourceType: 'Patient', name: [{ family: 'Mustermann' }] }]),
  };
  const by = { tenant: 1, kind: 'server', roles: [], purposes: [] } as const;
  const counts = await server.engine.dbOf(1).transaction((tx) => eraseWorks(tx, { ...erased, by }));
  expect([counts, (await server.get(named)).status, (await server.get(other)).status]).toEqual([
    { 'asynchronous works': 1 },
    404,
    200,
  ]);
  await raw.close();
});

test('behind the fence of a second tenant each has its own works', async () => {
  const principal = { kind: 'server', roles: [], purposes: [] } as const;
  server = await openAsyncServer({
    validation: 'structure',
    authenticate: ({ headers }) => ({ ...principal, tenant: Number(headers['x-tenant'] ?? 1) }),
  });
  const second = { title: 'Second', organization: null, consent: 'opt-out' } as const;
  await createTenant(server.connectionString, { name: 'second', ...second });
  const [own, other] = [{ 'X-Tenant': '2' }, { 'X-Tenant': '1' }];
  const patient = { resourceType: 'Patient', id: 'p2' };
  // A process knows of it within two seconds.
  while ((await server.send('PUT', 'Patient/p2', patient, own)).status === 403) await delay(100);
  const address = await server.start('GET', 'Patient', undefined, own);
  const bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [{ request: { method: 'DELETE', url: 'Patient/p2' } }],
  };
  expect(answerIn((await server.done(address, own)).body).resource.total).toBe(1);
  expect((await server.get(address, other)).status).toBe(404);
  const written = answerIn((await server.done(await server.start('POST', '', bundle, own), own)).body);
  expect(written.resource.entry?.[0]?.response?.status).toBe('204 No Content');
});

test('what is past its time is forgotten; what cannot be forgotten stays for the next time', async () => {
  server = await openAsyncServer({ validation: 'structure' });
  const addresses: string[] = [];
  for (let count = 0; count < 25; count += 1) {
    const address = await server.start('GET', 'Patient');
    await server.done(address);
    addresses.push(address);
  }
  const [stuck = ''] = addresses;
  const errors: unknown[] = [];
  const kind = {
    queue: 'async-request',
    concurrency: 1,
    run: () => Promise.resolve(),
    result: () => Promise.reject(new Error('not asked')),
    forget: ({ id }: { readonly id: string }) =>
      stuck.endsWith(id) ? Promise.reject(new Error('disk')) : Promise.resolve(),
  };
  const { db } = server.engine;
  const left = async (): Promise<unknown> => db.query({ text: 'select id from async_work', values: [] });
  const later = Date.now() + 1000;
  await tidyWorks(db, new Map([['other', undefined]]), later, (error) => errors.push(error));
  expect(await left()).toHaveLength(25);
  await tidyWorks(db, new Map([[kind.queue, kind]]), later, (error) => errors.push(error));
  expect([await left(), errors]).toEqual([[{ id: stuck.slice(-36) }], [new Error('disk')]]);
});
