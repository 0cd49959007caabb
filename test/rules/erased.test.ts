import { eraseOperation } from '../../server/fhir/operations/erase.ts';
import { defineProjection, defineRule, fault } from '../../server/sdk/index.ts';
import { openRuledServer, type RuledServer } from './ruled-server.ts';

/** No rule stands against the erasure of a patient, and no projection keeps what is erased. */
const subjects = defineProjection<'Basic' | 'Group'>({
  name: 'sample.subjects',
  version: 1,
  on: ['Basic', 'Group'],
  tables: ['subject'],
  ddl: 'create table @subject (tenant smallint not null, id text not null, patient text not null, primary key (tenant, id, patient))',
  async project(images, tables) {
    for (const { before, after } of images) {
      if (before !== undefined) {
        await tables.query('delete from @subject where tenant = $1 and id = $2', [tables.tenant, before.id]);
      }
      for (const patient of after === undefined ? [] : patientsOf(after)) {
        await tables.query('insert into @subject values ($1, $2, $3)', [tables.tenant, after?.id, patient]);
      }
    }
  },
});

function patientsOf(resource: { readonly resourceType: string }): readonly string[] {
  const { subject, member = [] } = resource as {
    readonly subject?: { readonly reference?: string };
    readonly member?: readonly { readonly entity: { readonly reference?: string } }[];
  };
  return [subject, ...member.map(({ entity }) => entity)].flatMap((each) => each?.reference ?? []);
}

const keepAll = defineRule<'Basic'>({
  name: 'keep-all',
  on: 'Basic',
  check({ interaction }) {
    if (interaction === 'delete') throw fault('sample.kept', 422, 'business-rule', 'Nothing is deleted.');
  },
});

let server: RuledServer;

beforeAll(async () => {
  server = await openRuledServer({
    rules: [keepAll],
    projections: [subjects],
    operations: () => [
      eraseOperation({
        keysChecked: () => Promise.resolve(),
        signer: { keyId: 'test', publicKey: 'test', sign: () => 'test' },
        pseudonym: (text) => text,
        retentionYears: 0,
        erasers: [],
      }),
    ],
  });
});
afterAll(() => server.close());

test('projections follow an erasure, whatever rules say', async () => {
  const put = (resource: {
    readonly resourceType: string;
    readonly id: string;
  }): Promise<{ readonly status: number }> => server.send('PUT', `${resource.resourceType}/${resource.id}`, resource);
  for (const id of ['gone', 'stays']) await put({ resourceType: 'Patient', id });
  const code = { text: 'x' };
  await put({ resourceType: 'Basic', id: 'own', code, subject: { reference: 'Patient/gone' } } as never);
  const member = ['gone', 'stays'].map((id) => ({ entity: { reference: `Patient/${id}` } }));
  await put({ resourceType: 'Group', id: 'both', type: 'person', actual: true, member } as never);
  expect((await server.send('DELETE', 'Basic/own')).status).toBe(422);

  const parameter = [
    { name: 'confirm', valueString: 'gone' },
    { name: 'basis', valueString: 'objection' },
  ];
  const erased = await server.send('POST', 'Patient/gone/$erase', { resourceType: 'Parameters', parameter });
  expect(erased.status).toBe(200);
  const tables = await server.projections.read(server.ctx(), 'sample.subjects');
  expect(await tables.query('select id, patient from @subject', [])).toEqual([
    { id: 'both', patient: 'Patient/stays' },
  ]);
  expect((await server.projections.verify('sample.subjects')).drift).toEqual([]);
});
