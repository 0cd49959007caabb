import type { Engine } from '../../fhir/engine.ts';
import { serverContext } from '../../fhir/request-context.ts';
import type { FhirResponse } from '../../fhir/request.ts';
import { route } from '../../fhir/router.ts';
import { Fault } from '../../kernel/fault.ts';
import { isObject, parseJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { dateRange } from '../../search/index/date-range.ts';
import { ROLE_SYSTEM, type StaffDirectory } from './staff-directory.ts';

type Ask = Pick<Parameters<typeof route>[2], 'method' | 'path'> & {
  readonly query?: string;
  readonly body?: JsonValue;
  readonly ifMatch?: string;
};

/** Most PractitionerRoles of one person. */
const MOST = 1000;

/** The staff as the server's own FHIR resources, through the same interactions that clients use. */
export function createStaffDirectory(engine: Engine, now: () => number): StaffDirectory {
  function ask(tenant: number, { method, path, query = '', body, ifMatch }: Ask): Promise<FhirResponse> {
    const ctx = { ...serverContext(engine, tenant, 'staff-directory', engine.settings.baseUrl), now };
    const headers = { prefer: {}, accept: [], ...(ifMatch === undefined ? {} : { ifMatch }) };
    return route(engine, ctx, { method, path, query, headers, ...(body === undefined ? {} : { body }) });
  }

  async function activeRoles(tenant: number, practitioner: string): Promise<readonly JsonObject[]> {
    const query = `practitioner=${encodeURIComponent(practitioner)}&_count=${MOST}`;
    const bundle = resourceOf(await ask(tenant, { method: 'GET', path: ['PractitionerRole'], query }));
    return objects(bundle.entry)
      .map((entry) => entry.resource)
      .filter((resource) => isObject(resource))
      .filter((resource) => isActive(resource, now()));
  }

  async function find(tenant: number, reference: string): Promise<JsonObject | undefined> {
    try {
      return resourceOf(await ask(tenant, { method: 'GET', path: reference.split('/') }));
    } catch (error) {
      if (error instanceof Fault && (error.status === 404 || error.status === 410)) return undefined;
      throw error;
    }
  }

  return {
    async rolesOf(tenant, practitioner) {
      const roles = await activeRoles(tenant, practitioner);
      return [...new Set(roles.flatMap(codesOf))].sort();
    },

    async addPractitioner(tenant, { family, given }, roles) {
      const url = 'urn:uuid:00000000-0000-4000-8000-000000000001';
      const practitioner = { resourceType: 'Practitioner', active: true, name: [{ family, given: [given] }] };
      const entry = [practitioner, ...roles.map((role) => roleResource(url, role))].map((resource, index) => ({
        ...(index === 0 ? { fullUrl: url } : {}),
        resource,
        request: { method: 'POST', url: resource.resourceType },
      }));
      const body = { resourceType: 'Bundle', type: 'transaction', entry };
      const answer = resourceOf(await ask(tenant, { method: 'POST', path: [], body }));
      const [first] = objects(answer.entry);
      const location = isObject(first?.response) ? String(first.response.location) : '';
      const found = /Practitioner\/[^/]+/.exec(location);
      if (found === null) throw new Error('A transaction answered without the location of what it created.');
      return found[0];
    },

    async grantRole(tenant, practitioner, role) {
      const held = await activeRoles(tenant, practitioner);
      if (held.some((one) => codesOf(one).includes(role))) return false;
      await ask(tenant, { method: 'POST', path: ['PractitionerRole'], body: roleResource(practitioner, role) });
      return true;
    },

    async revokeRole(tenant, practitioner, role) {
      const held = (await activeRoles(tenant, practitioner)).filter((one) => codesOf(one).includes(role));
      for (const one of held) {
        const { id, meta } = one;
        const version = isObject(meta) ? String(meta.versionId) : '';
        const path = ['PractitionerRole', String(id)];
        await ask(tenant, { method: 'PUT', path, body: without(one, role), ifMatch: version });
      }
      return held.length > 0;
    },

    async nameOf(tenant, fhirUser) {
      const [name] = objects((await find(tenant, fhirUser))?.name);
      const { text, given, family } = name ?? {};
      if (typeof text === 'string') return text;
      const parts = [...(Array.isArray(given) ? given : []), family].filter((part) => typeof part === 'string');
      return parts.length === 0 ? fhirUser : parts.join(' ');
    },

    exists: async (tenant, fhirUser) => (await find(tenant, fhirUser)) !== undefined,
  };
}

function roleResource(practitioner: string, role: string): JsonObject & { readonly resourceType: string } {
  return {
    resourceType: 'PractitionerRole',
    active: true,
    practitioner: { reference: practitioner },
    code: [{ coding: [{ system: ROLE_SYSTEM, code: role }] }],
  };
}

/** Without the role; with no role left it is no longer active. */
function without(resource: JsonObject, role: string): JsonObject {
  const code = objects(resource.code).filter((concept) => !codesOf({ code: [concept] }).includes(role));
  if (code.length > 0) return { ...resource, code };
  return { ...resource, active: false };
}

/** https://hl7.org/fhir/R4/practitionerrole-definitions.html#PractitionerRole.active – absent means active. */
function isActive({ active, period }: JsonObject, now: number): boolean {
  if (active === false) return false;
  if (!isObject(period)) return true;
  const { start, end } = period;
  const begun = typeof start !== 'string' || (dateRange(start)?.low ?? Infinity) <= now;
  const over = typeof end === 'string' && (dateRange(end)?.high ?? -Infinity) <= now;
  return begun && !over;
}

function codesOf({ code }: JsonObject): string[] {
  return objects(code)
    .flatMap(({ coding }) => objects(coding))
    .flatMap((coding) => (coding.system === ROLE_SYSTEM && typeof coding.code === 'string' ? [coding.code] : []));
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function resourceOf({ text }: FhirResponse): JsonObject {
  const resource = parseJson(text ?? '{}');
  return isObject(resource) ? resource : {};
}
