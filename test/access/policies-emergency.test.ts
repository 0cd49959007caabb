import type { Principal } from '../../server/access/principal.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { DOCTOR, observation, openLivePolicies, type LivePolicies } from './live-policies.ts';

let live: LivePolicies;

const OBSERVATION = observation('x', 'p1');

beforeAll(async () => {
  live = await openLivePolicies();
  await live.put({ resourceType: 'Patient', id: 'p1' });
}, 60_000);
afterAll(() => live.open.close());
beforeEach(() => {
  live.restart();
});

describe('$break-glass', () => {
  const secret: JsonObject = {
    ...OBSERVATION,
    id: 's',
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'TBOO' }] },
  };
  const psychiatry: JsonObject = {
    ...OBSERVATION,
    id: 'q',
    meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSY' }] },
  };
  const nurse = (more: Partial<Principal> = {}): Principal => ({
    ...DOCTOR,
    account: 'a5',
    roles: ['nurse'],
    secondFactor: live.clock - 60_000,
    ...more,
  });
  const REASON = 'Unconscious, unknown medication';

  function breakGlass(principal: Principal, reason: string = REASON, id = 'p1'): Promise<number> {
    return live.operate(principal, ['Patient', id, '$break-glass'], { reason });
  }

  test.each<[string, () => Principal, string, string, number]>([
    ['without a second factor', () => nurse({ secondFactor: undefined as never }), REASON, 'p1', 403],
    ['with one of six minutes ago', () => nurse({ secondFactor: live.clock - 360_000 }), REASON, 'p1', 403],
    ['without a reason', () => nurse(), ' ', 'p1', 400],
    ['of nobody', () => nurse(), REASON, 'nobody', 404],
    ['by a receptionist', () => nurse({ roles: ['receptionist'] }), REASON, 'p1', 403],
    ['by an administrator', () => nurse({ roles: ['administrator'] }), REASON, 'p1', 403],
    ['by a system', () => nurse({ kind: 'client' }), REASON, 'p1', 403],
    [
      'through an app with less than everything',
      () => nurse({ scopes: ['patient/*.rs'], patient: 'p1' }),
      REASON,
      'p1',
      403,
    ],
  ])('%s is refused', async (_, principal, reason, id, status) => {
    expect(await breakGlass(principal(), reason, id)).toBe(status);
  });

  test('opens one patient for half an hour, whatever consents and labels say, but not what is absolutely closed', async () => {
    expect((await live.policies.access(nurse())).permits(psychiatry, 'read')).toBe(false);
    expect(await breakGlass(nurse())).toBe(200);
    const access = await live.policies.access(nurse());
    expect(access.principal.breakGlass).toMatchObject({ patient: 'p1', reason: REASON });
    const other: JsonObject = { ...psychiatry, subject: { reference: 'Patient/p2' } };
    expect([psychiatry, secret, other].map((one) => access.permits(one, 'read'))).toEqual([true, false, false]);
    expect(access.permits(psychiatry, 'delete')).toBe(false);
    // Another account has nothing of it.
    expect((await live.policies.access(nurse({ account: 'a6' }))).permits(psychiatry, 'read')).toBe(false);
    live.clock += 30 * 60_000 + 1000;
    expect((await live.policies.access(nurse())).permits(psychiatry, 'read')).toBe(false);
  });

  test('the privacy officer finds it', async () => {
    await breakGlass(nurse());
    const auditor = await live.policies.access({ ...DOCTOR, account: 'a7', roles: ['auditor'] });
    const found = await live.call('GET', ['Task'], undefined, auditor, `code=break-glass-review&_sort=-_lastUpdated`);
    expect(found.text).toContain(REASON);
    expect(found.text).toContain('Practitioner/d1');
    expect(
      (await live.call('GET', ['Task'], undefined, await live.policies.access({ ...DOCTOR, roles: ['biller'] }))).text,
    ).not.toContain(REASON);
  });
});
