import type { Access } from '../../server/access/access.ts';
import { createPolicies, type Policies } from '../../server/access/policies.ts';
import type { Principal } from '../../server/access/principal.ts';
import type { PolicyAlarm } from '../../server/access/tenant-policies.ts';
import type { FhirResponse } from '../../server/fhir/request.ts';
import { route } from '../../server/fhir/router.ts';
import { Fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { openTestEngine, TEST_BASE, type TestEngine, type TestSettings } from '../harness/test-engine.ts';

/** Policies on a real database, with a clock and a tenant that a test can move. */
export interface LivePolicies {
  readonly open: TestEngine;
  policies: Policies;
  clock: number;
  consent: 'opt-in' | 'opt-out';
  readonly alarms: PolicyAlarm[];
  /** Forgets everything that was decided, as another process would know nothing. */
  restart(): void;
  put(resource: JsonObject): Promise<void>;
  /** As the server itself, or as somebody. */
  call(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: readonly string[],
    body?: JsonObject,
    access?: Access,
    query?: string,
  ): Promise<FhirResponse>;
  /** An operation with primitive parameters; the status, also of a refusal. */
  operate(principal: Principal, path: readonly string[], parameters: Readonly<Record<string, string>>): Promise<number>;
}

export const DOCTOR: Principal = {
  tenant: 1,
  kind: 'user',
  account: 'a1',
  fhirUser: 'Practitioner/d1',
  roles: ['physician'],
  purposes: [],
  signedIn: Date.now(),
};

export async function openLivePolicies(settings: TestSettings = {}): Promise<LivePolicies> {
  const open = await openTestEngine({ validation: 'structure', referentialIntegrity: false, ...settings });
  const { engine } = open;
  const create = (): Policies =>
    createPolicies({
      definitions: engine.definitions,
      registry: () => engine.registry,
      indexer: () => engine.indexer,
      hasher: (tenant) => engine.hasher(tenant),
      db: engine.db,
      dbOf: (tenant) => engine.dbOf(tenant),
      baseUrls: [TEST_BASE],
      consentOf: () => live.consent,
      now: () => live.clock,
      onAlarm: (alarm) => live.alarms.push(alarm),
    });
  const live: LivePolicies = {
    open,
    policies: create(),
    clock: Date.now(),
    consent: 'opt-out',
    alarms: [],
    restart() {
      live.clock = Date.now();
      live.consent = 'opt-out';
      live.alarms.length = 0;
      live.policies = create();
    },
    async put(resource) {
      const { status } = await live.call('PUT', [String(resource.resourceType), String(resource.id)], resource);
      expect([200, 201]).toContain(status);
    },
    call(method, path, body, access, query = '') {
      const ctx = access === undefined ? open.ctx() : { ...open.ctx(), access };
      const headers = { prefer: {}, accept: [] };
      const request = { method, path, query, headers, ...(body === undefined ? {} : { body }) };
      return route(engine, { ...ctx, now: () => live.clock }, request);
    },
    async operate(principal, path, parameters) {
      const parameter = Object.entries(parameters).map(([name, valueString]) => ({ name, valueString }));
      try {
        const body: JsonObject = { resourceType: 'Parameters', parameter };
        const answer = await live.call('POST', path, body, await live.policies.access(principal));
        await live.policies.check();
        return answer.status;
      } catch (error) {
        if (error instanceof Fault) return error.status;
        throw error;
      }
    },
  };
  return live;
}

export function observation(id: string, patient: string): JsonObject {
  const subject = { reference: `Patient/${patient}` };
  return { resourceType: 'Observation', id, status: 'final', code: { text: 'x' }, subject };
}
