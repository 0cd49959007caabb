import type { Engine } from '../fhir/engine.ts';
import { serverContext } from '../fhir/request-context.ts';
import { route } from '../fhir/router.ts';
import { Fault } from '../kernel/fault.ts';
import { isObject, parseJson, type JsonObject } from '../kernel/json.ts';
import { readTenants, type Tenant } from '../storage/tenants.ts';

/** An Organization for each tenant that is open: the one that it names as its own, or one with its title alone. */
export async function brandedOrganizations(engine: Engine): Promise<readonly JsonObject[]> {
  const tenants = await readTenants(engine.db);
  return Promise.all(tenants.filter(({ isDisabled }) => !isDisabled).map((tenant) => organizationOf(engine, tenant)));
}

async function organizationOf(engine: Engine, { id, name, title, organization }: Tenant): Promise<JsonObject> {
  const bare = { resourceType: 'Organization', id: `tenant-${id}`, active: true, name: title || name };
  if (organization === null) return bare;
  try {
    const ctx = serverContext(engine, id, 'brands', engine.settings.baseUrl);
    const path = organization.split('/');
    const answer = await route(engine, ctx, { method: 'GET', path, query: '', headers: { prefer: {}, accept: [] } });
    const resource = parseJson(answer.text ?? '');
    return isObject(resource) ? resource : bare;
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return bare;
    throw error;
  }
}
