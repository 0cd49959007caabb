import { openTestEngine, type TestEngine } from '../../test/harness/test-engine.ts';
import type { Patient, Quantity } from '@medplum/fhirtypes';
import { decimalText, setDecimal } from '../sdk/decimal-text.ts';
import { createClinic } from './clinic.ts';
import { inClinicTransaction } from './clinic-transaction.ts';

let server: TestEngine;

beforeAll(async () => {
  server = await openTestEngine({ maxCount: 20 });
});
afterAll(() => server.close());

const patient = (family: string): Patient => ({ resourceType: 'Patient', name: [{ family, given: ['Ada'] }] });

describe('the clinic of modules', () => {
  test('creates, reads, updates, removes', async () => {
    const clinic = createClinic(server.engine, server.ctx());
    const { id, meta } = await clinic.create(patient('One'));
    expect(meta.versionId).toBe('1');
    const updated = await clinic.update({ ...patient('Two'), id });
    expect(updated.meta.versionId).toBe('2');
    expect((await clinic.read('Patient', id))?.name?.[0]?.family).toBe('Two');
    await clinic.remove('Patient', id);
    expect(await clinic.read('Patient', id)).toBeUndefined();
    expect(await clinic.read('Patient', 'not an id')).toBeUndefined();
  });

  test('an update of another version than the current one is refused', async () => {
    const clinic = createClinic(server.engine, server.ctx());
    const first = await clinic.create(patient('First'));
    await clinic.update({ ...first, active: true });
    await expect(clinic.update({ ...first, active: false })).rejects.toMatchObject({ status: 412 });
  });

  test('50 changes at once are all made', async () => {
    const clinic = createClinic(server.engine, server.ctx());
    const { id } = await clinic.create(patient('Changed'));
    const add = (n: number): Promise<unknown> =>
      clinic.change('Patient', id, (found) => ({
        ...found,
        identifier: [...(found.identifier ?? []), { system: 'urn:test:n', value: String(n) }],
      }));
    for (let start = 0; start < 50; start += 5) {
      await Promise.all([0, 1, 2, 3, 4].map((offset) => add(start + offset)));
    }
    expect((await clinic.read('Patient', id))?.identifier).toHaveLength(50);
  });

  test('20 creations of the same thing at once make one', async () => {
    const clinic = createClinic(server.engine, server.ctx());
    const made = await Promise.all(
      Array.from({ length: 20 }, () => clinic.createOnce('reminder|Appointment/1,2|$1', patient('Once'))),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    await expect(
      clinic.createOnce('x', { resourceType: 'Provenance', target: [], recorded: '', agent: [] }),
    ).rejects.toThrow('has no identifier');
  });

  test('searches over pages up to the limit, and never cuts', async () => {
    const clinic = createClinic(server.engine, server.ctx());
    await clinic.transaction(
      Array.from({ length: 45 }, (_, n) => ({
        resource: { resourceType: 'Organization', name: `Org ${n}` } as const,
        request: { method: 'POST', url: 'Organization' } as const,
      })),
    );
    expect(await clinic.search('Organization', '')).toHaveLength(45);
    expect(await clinic.search('Organization', '', 45)).toHaveLength(45);
    await expect(clinic.search('Organization', '', 44)).rejects.toMatchObject({ status: 422 });
    expect(await clinic.count('Organization', 'name=Org')).toBe(45);
    await expect(clinic.search('Organization', 'no-such=1')).rejects.toMatchObject({ status: 400 });
  });

  test('resolves references of this server', async () => {
    const ctx = server.ctx();
    const clinic = createClinic(server.engine, ctx);
    const { id } = await clinic.create(patient('Referred'));
    for (const reference of [`Patient/${id}`, `${ctx.baseUrl}/Patient/${id}`, `Patient/${id}/_history/1`]) {
      expect((await clinic.resolve({ reference }, 'Patient'))?.id).toBe(id);
    }
    for (const reference of [`Group/${id}`, `https://elsewhere.test/fhir/Patient/${id}`, '#1', 'Patient']) {
      expect(await clinic.resolve({ reference }, 'Patient')).toBeUndefined();
    }
    expect(await clinic.resolve(undefined, 'Patient')).toBeUndefined();
  });

  test('a transaction that fails leaves nothing', async () => {
    const ctx = server.ctx();
    let id = '';
    const work = inClinicTransaction(server.engine, ctx, async (clinic) => {
      await clinic.lock('b', 'a');
      id = (await clinic.create(patient('Never'))).id;
      expect(await clinic.read('Patient', id)).toBeDefined();
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await createClinic(server.engine, ctx).read('Patient', id)).toBeUndefined();
  });

  test('decimals keep their digits', async () => {
    const clinic = createClinic(server.engine, server.ctx());
    const written = await clinic.create({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'Weight' },
      valueQuantity: setDecimal<Quantity>({ unit: 'kg' }, 'value', '71.50'),
    });
    const read = await clinic.read('Observation', written.id);
    expect(decimalText(read?.valueQuantity, 'value')).toBe('71.50');
  });
});
