import type { Access } from '../../server/access/access.ts';
import type { Principal } from '../../server/access/principal.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { DOCTOR, observation, openLivePolicies, type LivePolicies } from './live-policies.ts';

/** What users are linked with, and consents as they change. */
let live: LivePolicies;

const P1 = { resourceType: 'Patient', id: 'p1' };
const OBSERVATION = observation('x', 'p1');

beforeAll(async () => {
  live = await openLivePolicies();
  for (const id of ['p1', 'p2']) await live.put({ resourceType: 'Patient', id });
  await live.put(OBSERVATION);
}, 60_000);
afterAll(() => live.open.close());
beforeEach(() => {
  live.restart();
});

test('the same and an equal principal get what was decided before, at once', async () => {
  const first = await live.policies.access(DOCTOR);
  expect(live.policies.access(DOCTOR)).toBe(first);
  const equal = live.policies.access({ ...DOCTOR, tokenHash: 'other' });
  expect(equal).not.toBeInstanceOf(Promise);
  expect((equal as Access).principal.tokenHash).toBe('other');
  expect((equal as Access).allowed).toBe(first.allowed);
});

test.each<[string, Partial<Principal>]>([
  ['no role', { roles: [] }],
  ['a role that nobody defined', { roles: ['physican'] }],
  ['a role in another case', { roles: ['Physician'] }],
  ['no scope granted', { scopes: [] }],
  ['scopes that are none', { scopes: ['user/Observation', 'user/*.sr', 'user/observation.rs', 'openid', ''] }],
  ['scopes of a system', { scopes: ['system/*.cruds'] }],
  ['scopes of a patient without one', { scopes: ['patient/*.cruds'] }],
  ['scopes of another patient', { scopes: ['patient/*.cruds'], patient: 'p2' }],
  ['user scopes as a client', { kind: 'client', scopes: ['user/*.cruds'] }],
  ['scopes limited by what does not exist', { scopes: ['user/Observation.rs?nothing=x'] }],
  ['scopes limited by nothing', { scopes: ['user/Observation.rs?category='] }],
  ['scopes limited by a chain', { scopes: ['user/Observation.rs?patient.name=x'] }],
  ['a scope with a control parameter', { scopes: ['user/Observation.rs?_count=1'] }],
  ['the role of a patient, who is none', { roles: ['patient'] }],
  ['the role of a proxy, who is none', { roles: ['proxy'] }],
  ['the role of a patient without being linked', { roles: ['patient'], fhirUser: undefined as never }],
])('with %s nothing of the record is there', async (_, claims) => {
  const access = await live.policies.access({ ...DOCTOR, ...claims });
  expect(access.permits(OBSERVATION, 'read')).toBe(false);
  expect(access.permits(OBSERVATION, 'search')).toBe(false);
  expect(access.permits(OBSERVATION, 'create')).toBe(false);
});

test('a break-glass that a token claims is none', async () => {
  const claimed = { patient: 'p1', reason: 'x', until: live.clock + 60_000 };
  const access = await live.policies.access({ ...DOCTOR, roles: ['receptionist'], breakGlass: claimed });
  expect(access.principal.breakGlass).toBeUndefined();
  expect(access.permits(OBSERVATION, 'read')).toBe(false);
});

describe('people who act for patients', () => {
  const proxy: Principal = {
    tenant: 1,
    kind: 'user',
    account: 'a2',
    fhirUser: 'RelatedPerson/r1',
    roles: ['proxy'],
    purposes: [],
  };
  const related = (more: object): JsonObject => ({
    resourceType: 'RelatedPerson',
    id: 'r1',
    patient: { reference: 'Patient/p1' },
    ...more,
  });

  test.each<[string, object, boolean]>([
    ['active', { active: true }, true],
    ['that does not say whether it is active', {}, true],
    ['that is not active', { active: false }, false],
    ['that begins later', { period: { start: '2199-01-01' } }, false],
    ['that is over', { period: { end: '2001-01-01' } }, false],
    ['of another patient', { patient: { reference: 'Patient/p2' } }, false],
  ])('a RelatedPerson %s', async (_, more, sees) => {
    await live.put(related(more));
    const access = await live.policies.access(proxy);
    expect([access.permits(P1, 'read'), access.permits(OBSERVATION, 'search')]).toEqual([sees, sees]);
  });

  test('what ends is over after two seconds, without anybody being told', async () => {
    await live.put(related({ active: true }));
    expect((await live.policies.access(proxy)).permits(P1, 'read')).toBe(true);
    await live.put(related({ active: false }));
    live.clock += 1999;
    expect((await live.policies.access(proxy)).permits(P1, 'read')).toBe(true);
    live.clock += 1;
    expect((await live.policies.access(proxy)).permits(P1, 'read')).toBe(false);
  });
});

describe('consents', () => {
  const deny = (more: object, id = 'k1'): JsonObject => ({
    resourceType: 'Consent',
    id,
    status: 'active',
    scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
    category: [{ coding: [{ code: 'INFA' }] }],
    patient: { reference: 'Patient/p1' },
    policyRule: { coding: [{ code: 'OPTOUT' }] },
    provision: { type: 'deny', ...more },
  });
  afterEach(async () => {
    await live.call('DELETE', ['Consent', 'k1']);
    await live.policies.check();
  });

  test('a consent counts from the moment it is stored until it is withdrawn or deleted', async () => {
    expect((await live.policies.access(DOCTOR)).permits(OBSERVATION, 'read')).toBe(true);
    await live.put(deny({}));
    await live.policies.check();
    const access = await live.policies.access(DOCTOR);
    expect([access.permits(OBSERVATION, 'read'), access.permits(OBSERVATION, 'search')]).toEqual([false, false]);
    // They must be found, and their consents be ended.
    expect([
      access.permits(P1, 'read'),
      access.permits(deny({}), 'read'),
      access.permits(observation('z', 'p2'), 'read'),
    ]).toEqual([true, true, true]);
    await live.put({ ...deny({}), status: 'inactive' });
    await live.policies.check();
    expect((await live.policies.access(DOCTOR)).permits(OBSERVATION, 'read')).toBe(true);
    await live.put(deny({}));
    await live.call('DELETE', ['Consent', 'k1']);
    await live.policies.check();
    expect((await live.policies.access(DOCTOR)).permits(OBSERVATION, 'read')).toBe(true);
  });

  test('one that names a user, and one that ends, of themselves', async () => {
    const end = new Date(live.clock + 10_000).toISOString();
    await live.put(
      deny({
        actor: [{ role: { coding: [{ code: 'PRCP' }] }, reference: { reference: 'Practitioner/d1' } }],
        period: { end },
      }),
    );
    await live.policies.check();
    const other: Principal = { ...DOCTOR, account: 'a9', fhirUser: 'Practitioner/d9' };
    expect((await live.policies.access(other)).permits(OBSERVATION, 'read')).toBe(true);
    expect((await live.policies.access(DOCTOR)).permits(OBSERVATION, 'read')).toBe(false);
    live.clock += 11_000;
    expect((await live.policies.access(DOCTOR)).permits(OBSERVATION, 'read')).toBe(true);
  });

  test('consents that were stored before there were rules are read once', async () => {
    await live.put(deny({}));
    const { engine } = live.open;
    for (const table of ['consent_rule', 'consent_rules_made']) {
      await engine.db.query({ text: `delete from ${table}`, values: [] });
    }
    await live.policies.check();
    expect((await live.policies.access(DOCTOR)).permits(OBSERVATION, 'read')).toBe(false);
  });

  test('opt-in: nothing about a patient without a consent', async () => {
    live.consent = 'opt-in';
    expect((await live.policies.access(DOCTOR)).permits(OBSERVATION, 'read')).toBe(false);
    await live.put({ ...deny({}), provision: { type: 'permit' } });
    await live.policies.check();
    const access = await live.policies.access(DOCTOR);
    expect([access.permits(OBSERVATION, 'read'), access.permits(observation('z', 'p2'), 'read')]).toEqual([
      true,
      false,
    ]);
  });
});
