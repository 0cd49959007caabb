import { randomUUID } from 'node:crypto';
import type { BotContext } from '#sdk';
import { deliveryOf } from '#modules/supply';
import { loadUnit } from '../../server/import/load-unit.ts';
import { createClinic } from '../../server/module-host/clinic.ts';
import { inClinicTransaction } from '../../server/module-host/clinic-transaction.ts';
import type { ModuleServer } from '../harness/module-server.ts';
import { uncollected } from '../../modules/pharmacy/bots/uncollected.ts';
import { vaultAnchor } from '../../modules/pharmacy/bots/vault-anchor.ts';
import { RECORD_SYSTEM } from '../../modules/pharmacy/names.ts';
import { lotsAt, onHand, orderFor, place, product } from '../../modules/pharmacy/pharmacy.fixture.ts';
import { ANN, clinicOf, openPharmacy, parameters, shopWith } from './pharmacy-server.ts';

let server: ModuleServer;
let clinic: ReturnType<typeof clinicOf>;

beforeAll(async () => {
  ({ server } = await openPharmacy());
  clinic = clinicOf(server);
});
afterAll(() => server.close());

test('II.2.1 the same Idempotency-Key twice, also at once, is one sale', async () => {
  const { location, lots } = await shopWith(clinic, 'key', 90, { type: 'otc', gtin: '09900000000011', price: 0.5 });
  const body = parameters({ location: `Location/${location}`, gs1: '(01)09900000000011(10)a' });
  const headers = { ...ANN, 'Idempotency-Key': 'one-sale' };
  const sell = () => server.send('POST', 'Invoice/$checkout', body, headers);
  const answers = [...(await Promise.all([sell(), sell()])), await sell()];
  const [first, ...others] = answers.filter(({ status }) => status === 200).map(({ text }) => text);
  expect(others.every((text) => text === first)).toBe(true);
  expect((await server.get('Invoice?_summary=count')).body.total).toBe(1);
  expect((await onHand(clinic, location))[lots[0] ?? '']).toBe(60);
});

test('II.1.4 dispenses, raw movements and imports at once: 30 of 50', async () => {
  const { location, lots } = await shopWith(clinic, 'mixed', 90, { type: 'otc', ingredient: 'ibuprofen' });
  const [lot = '', gone = ''] = lots;
  const orders = await Promise.all(Array.from({ length: 20 }, () => orderFor(clinic, 'bell', 'mixed')));
  const raw = deliveryOf({ type: 'issue', lot, quantity: 3, origin: location });
  const dispense = parameters({ location: `Location/${location}`, quantity: 3 });
  const statuses = await Promise.all([
    ...orders.map(
      async ({ id }) => (await server.send('POST', `MedicationRequest/${id}/$dispense`, dispense, ANN)).status,
    ),
    ...Array.from({ length: 15 }, async () => (await server.send('POST', 'SupplyDelivery', raw)).status),
    ...Array.from({ length: 15 }, async (_each, index) => {
      const bytes = Buffer.from(`${JSON.stringify({ ...raw, id: `imported-${index}` })}\n`);
      const unit = {
        source: 'stock.ndjson',
        lines: [{ number: 1, key: randomUUID().replaceAll('-', ''), bytes }],
        isolate: true,
      };
      const { engine, ctx } = server;
      const { rejected } = await loadUnit({ engine, dryRun: false, ctx }, unit);
      return rejected.length === 0 ? 201 : 409;
    }),
  ]);
  expect(statuses.filter((status) => status < 300)).toHaveLength(30);
  expect(statuses.filter((status) => status === 409)).toHaveLength(20);
  expect(await onHand(clinic, location)).toEqual({ [lot]: 0, [gone]: 1000 });
});

test('one altered byte in the chain of a vault is found, in a movement and in what the server signed', async () => {
  const { id: vault } = await clinic.store(place('vault', 'controlled-cabinet'));
  const { id } = await clinic.store(product({ code: 'morphine', ingredient: 'morphine', schedule: 'CII' }));
  const [lot = ''] = await lotsAt(clinic, id, vault, [{ number: 'm', there: 10 }]);
  const more = deliveryOf({ type: 'receipt', lot, quantity: 5, destination: vault });
  const { body: second } = await server.send('POST', 'SupplyDelivery', more);
  await server.send('POST', 'SupplyDelivery', more);
  const anchor = {
    resourceType: 'Basic',
    code: { coding: [{ system: RECORD_SYSTEM, code: 'vault-anchor' }] },
    subject: { reference: `Location/${vault}` },
  };
  expect((await server.send('POST', 'Basic', anchor, ANN)).status).toBe(403);
  const { body: signed } = await server.send('POST', 'Basic', anchor);
  const verified = async () => (await server.get(`Location/${vault}/$verify-vault`, ANN)).body.parameter;
  expect(await verified()).toContainEqual({ name: 'intact', valueBoolean: true });
  const alter = (resource: string, from: string, to: string) =>
    server.engine.db.query({
      text: 'update resource set body = replace(body, $2, $3) where id = $1',
      values: [resource, from, to],
    });
  await alter(second.id ?? '', '"value":5', '"value":4');
  expect(await verified()).toEqual(
    expect.arrayContaining([
      { name: 'intact', valueBoolean: false },
      { name: 'seq', valueInteger: 2 },
      { name: 'movement', valueReference: { reference: `SupplyDelivery/${second.id ?? ''}` } },
      { name: 'reason', valueCode: 'altered' },
    ]),
  );
  await alter(second.id ?? '', '"value":4', '"value":5');
  expect(await verified()).toContainEqual({ name: 'intact', valueBoolean: true });
  await alter(signed.id ?? '', '"valueInteger":3', '"valueInteger":2');
  expect(await verified()).toContainEqual({ name: 'reason', valueCode: 'unlike-anchor' });
});

test('bots that run by the clock: what was not collected goes back, chains are signed; twice is once', async () => {
  const { location, lots } = await shopWith(clinic, 'waiting', 60, { ingredient: 'sertraline' });
  const order = await orderFor(clinic, 'bell', 'waiting');
  const path = `MedicationRequest/${order.id}/$dispense`;
  const waiting = parameters({ location: `Location/${location}`, quantity: 10, handOver: false });
  const { body } = await server.send('POST', path, waiting, ANN);
  const [dispensed] = (body.entry ?? []).map(({ resource }) => resource);
  const event = {
    id: 'e',
    interaction: 'update',
    type: 'Basic',
    resourceId: '',
    version: 0,
    resource: undefined,
  } as const;
  const run = async (bot: typeof uncollected, days: number): Promise<void> => {
    const { engine } = server;
    const ctx = server.ctx();
    const context = {
      ...createClinic(engine, ctx),
      inTransaction: (work: Parameters<BotContext['inTransaction']>[0]) => inClinicTransaction(engine, ctx, work),
      now: () => new Date(Date.now() + days * 86_400_000),
      setting: () => '10',
    } as unknown as BotContext;
    await bot.run(event, context);
  };
  await run(uncollected, 9);
  expect((await server.get(`MedicationDispense/${dispensed?.id ?? ''}`)).body.status).toBe('in-progress');
  await run(uncollected, 11);
  await run(uncollected, 12);
  expect((await server.get(`MedicationDispense/${dispensed?.id ?? ''}`)).body.status).toBe('cancelled');
  expect((await onHand(clinic, location))[lots[0] ?? '']).toBe(60);
  expect((await server.get(`Task?focus=MedicationDispense/${dispensed?.id ?? ''}`)).body.total).toBe(1);
  const anchors = async (): Promise<number> =>
    (await server.get(`Basic?code=${RECORD_SYSTEM}|vault-anchor&_summary=count`)).body.total ?? 0;
  const { id: vault } = await clinic.store(place('signed vault', 'controlled-cabinet'));
  const { id } = await clinic.store(product({ code: 'oxycodone', ingredient: 'oxycodone', schedule: 'CII' }));
  await lotsAt(clinic, id, vault, [{ number: 'o', there: 10 }]);
  await run(vaultAnchor, 1);
  const signed = await anchors();
  await run(vaultAnchor, 1);
  expect(signed).toBeGreaterThan(0);
  expect(await anchors()).toBe(signed);
  const verified = (await server.get(`Location/${vault}/$verify-vault`, ANN)).body.parameter;
  expect(verified).toContainEqual({ name: 'intact', valueBoolean: true });
});
