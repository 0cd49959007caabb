import type { Principal } from '../../server/access/principal.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { DOCTOR, observation, openLivePolicies, type LivePolicies } from './live-policies.ts';

let live: LivePolicies;

const P1 = { resourceType: 'Patient', id: 'p1' };
const P2 = { resourceType: 'Patient', id: 'p2' };
const OBSERVATION = observation('x', 'p1');

beforeAll(async () => {
  live = await openLivePolicies();
}, 60_000);
afterAll(() => live.open.close());
beforeEach(() => {
  live.restart();
});

describe('roles of a tenant', () => {
  const administrator = (more: Partial<Principal> = {}): Principal => ({
    ...DOCTOR,
    account: 'admin',
    roles: ['administrator'],
    secondFactor: live.clock,
    ...more,
  });
  const define = (definition: object, by: Principal = administrator()): Promise<number> =>
    live.operate(by, ['$define-role'], { definition: JSON.stringify(definition) });
  const remove = (name: string, by: Principal = administrator()): Promise<number> =>
    live.operate(by, ['$remove-role'], { name });
  const role = (more: object): JsonObject => ({
    name: 'own',
    title: 'Own',
    grants: [{ types: ['Observation'], interactions: ['read'], ...more }],
  });

  test('a role counts from the next look on, and is gone with its removal', async () => {
    const holder: Principal = { ...DOCTOR, roles: ['own'] };
    expect((await live.policies.access(holder)).permits(OBSERVATION, 'read')).toBe(false);
    expect(await define(role({}))).toBe(200);
    expect((await live.policies.access(holder)).permits(OBSERVATION, 'read')).toBe(true);
    expect(await remove('own')).toBe(204);
    expect((await live.policies.access(holder)).permits(OBSERVATION, 'read')).toBe(false);
  });

  test.each<[string, object, () => Principal, number]>([
    ['without a second factor', role({}), () => administrator({ secondFactor: live.clock - 360_000 }), 403],
    ['by a physician', role({}), () => administrator({ roles: ['physician'] }), 403],
    ['by an app with less than everything', role({}), () => administrator({ scopes: ['user/*.rs'] }), 403],
    ['that is wrong', role({ criteria: 'state=final' }), () => administrator(), 422],
    ['with the name of a shipped one', { ...role({}), name: 'physician' }, () => administrator(), 422],
  ])('a role is not defined %s', async (_, definition, by, status) => {
    expect(await define(definition, by())).toBe(status);
  });

  test('what is no JSON is refused, and what is not there is not removed', async () => {
    expect(await live.operate(administrator(), ['$define-role'], { definition: '{' })).toBe(400);
    expect(await remove('nobody')).toBe(404);
    expect(await remove('physician')).toBe(404);
  });

  test('the list of roles says what is wrong with them', async () => {
    await define(role({}));
    const text = `insert into access_role (tenant, name, definition, updated) values (1, 'wrong', '{}', 0)`;
    await live.open.engine.dbOf(1).query({ text, values: [] });
    const answer = await live.call('GET', ['$roles'], undefined, await live.policies.access(administrator()));
    expect(answer.text).toContain('"physician"');
    expect(answer.text).toContain('"own"');
    expect(answer.text).toContain('grants must be a list');
    await live.open.engine.dbOf(1).query({ text: `delete from access_role where name = 'wrong'`, values: [] });
    await remove('own');
  });

  test('care teams, organizations and roles of a practitioner', async () => {
    await live.put({
      resourceType: 'CareTeam',
      id: 'c1',
      status: 'active',
      subject: { reference: 'Patient/p1' },
      participant: [{ member: { reference: 'Practitioner/d1' } }],
    });
    await live.put({
      resourceType: 'CareTeam',
      id: 'c2',
      status: 'inactive',
      subject: { reference: 'Patient/p2' },
      participant: [{ member: { reference: 'Practitioner/d1' } }],
    });
    await live.put({
      resourceType: 'CareTeam',
      id: 'c3',
      status: 'active',
      subject: { reference: 'Patient/p2' },
      participant: [
        { member: { reference: 'Practitioner/d1' }, period: { end: '2001' } },
        { member: { reference: 'Practitioner/d2' } },
      ],
    });
    await live.put({
      resourceType: 'PractitionerRole',
      id: 'x1',
      practitioner: { reference: 'Practitioner/d1' },
      organization: { reference: 'Organization/o1' },
    });
    await live.put({
      resourceType: 'PractitionerRole',
      id: 'x2',
      active: false,
      practitioner: { reference: 'Practitioner/d1' },
      organization: { reference: 'Organization/o2' },
    });
    const definition: JsonObject = {
      name: 'team',
      title: 'Team',
      grants: [
        { types: ['Observation', 'Patient'], interactions: ['read'], compartment: 'Patient/%careteam' },
        { types: ['Task'], interactions: ['read'], criteria: 'owner=%orgs,%roles,%careteam' },
      ],
    };
    expect(await define(definition)).toBe(200);
    const access = await live.policies.access({ ...DOCTOR, roles: ['team'] });
    const task = (owner: string): JsonObject => ({ resourceType: 'Task', id: 't', owner: { reference: owner } });
    expect([P1, P2, OBSERVATION, observation('y', 'p2')].map((one) => access.permits(one, 'read'))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(
      [
        'Organization/o1',
        'Organization/o2',
        'PractitionerRole/x1',
        'PractitionerRole/x2',
        'CareTeam/c1',
        'CareTeam/c2',
      ].map((owner) => access.permits(task(owner), 'read')),
    ).toEqual([true, false, true, false, true, false]);
  });

  test('a definition that cannot be read lets its holders see nothing, whatever else they are, and raises an alarm', async () => {
    const { engine } = live.open;
    const text = 'insert into access_role (tenant, name, definition, updated) values (1, $1, $2, 0)';
    const broken = [
      ['broken-json', '{'],
      ['broken-key', JSON.stringify({ ...role({ criterias: 'status=final' }), name: 'broken-key' })],
      ['broken-name', JSON.stringify(role({}))],
    ];
    for (const values of broken) await engine.dbOf(1).query({ text, values });
    for (const [name = ''] of broken) {
      const access = await live.policies.access({ ...DOCTOR, roles: ['physician', name] });
      expect([
        access.allowed('Observation', 'read'),
        access.permits(P1, 'read'),
        access.mayCall('validate', undefined),
      ]).toEqual(['none', false, false]);
    }
    expect(live.alarms.map((alarm) => alarm.role).sort()).toEqual(['broken-json', 'broken-key', 'broken-name']);
    await engine.dbOf(1).query({ text: `delete from access_role where name like 'broken%'`, values: [] });
  });

  test('what stands in the way of reading policies lets nobody in, and is over when it is over', async () => {
    const { engine } = live.open;
    await engine.db.query({ text: 'alter table access_role rename to away', values: [] });
    await expect(Promise.resolve(live.policies.access(DOCTOR))).rejects.toThrow();
    await engine.db.query({ text: 'alter table away rename to access_role', values: [] });
    expect((await live.policies.access(DOCTOR)).permits(P1, 'read')).toBe(true);
  });
});
