import type { Ctx, Engine } from '../fhir/engine.ts';
import { create } from '../fhir/interactions/create.ts';
import { remove } from '../fhir/interactions/delete.ts';
import { transaction } from '../fhir/interactions/transaction.ts';
import { update } from '../fhir/interactions/update.ts';
import type { FhirHeaders, FhirResponse } from '../fhir/request.ts';
import { route } from '../fhir/router.ts';
import { Fault } from '../kernel/fault.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import type { Clinic, TransactionEntry } from '../sdk/clinic.ts';
import type { AnyResource, ResourceOf, Stored, TypeName } from '../sdk/resource.ts';
import { createClinicReader } from './clinic-reader.ts';
import { requestOf, resourceIn } from './interaction-call.ts';
import { onceCriteria, withOnceIdentifier } from './once-identifier.ts';

/** How often `change` starts again because another writer was faster. */
const MAX_ATTEMPTS = 10;

/** The interactions as modules call them, with the rights of the context and in its transaction. */
export function createClinic(engine: Engine, ctx: Ctx): Clinic {
  const reader = createClinicReader(engine, ctx);

  async function put<T extends TypeName>(
    type: T,
    id: string,
    resource: ResourceOf<T>,
    headers: Partial<FhirHeaders>,
  ): Promise<Stored<T>> {
    const request = requestOf({ method: 'PUT', path: [type, id], headers, body: { ...resource, id } });
    return stored(await update(engine, ctx, request), resource);
  }

  return {
    ...reader,

    async create(resource) {
      return stored(await create(engine, ctx, creation(resource, {})), resource);
    },

    async createOnce(key, resource) {
      const identified = withOnceIdentifier(engine.definitions, resource, key);
      const headers = { ifNoneExist: onceCriteria(key) };
      return stored(await create(engine, ctx, creation(identified, headers)), identified);
    },

    update<T extends TypeName>(resource: ResourceOf<T> & { readonly id: string }) {
      const version = resource.meta?.versionId;
      return put<T>(resource.resourceType, resource.id, resource, version === undefined ? {} : { ifMatch: version });
    },

    async change(type, id, change) {
      for (let attempt = 1; ; attempt += 1) {
        const before = await reader.expect(type, id);
        try {
          return await put(type, id, change(before), { ifMatch: before.meta.versionId });
        } catch (error) {
          if (!(error instanceof Fault) || error.code !== 'rest.versionConflict' || attempt >= MAX_ATTEMPTS)
            throw error;
        }
      }
    },

    async remove(type, id) {
      await remove(engine, ctx, requestOf({ method: 'DELETE', path: [type, id] }));
    },

    async transaction(entries) {
      const bundle = bundleOf(entries);
      const headers = { prefer: { return: 'representation' } } as const;
      const request = requestOf({ method: 'POST', path: [], headers });
      return resourcesIn(await transaction(engine, ctx, request, bundle, route));
    },
  };
}

function creation(resource: AnyResource, headers: Partial<FhirHeaders>): ReturnType<typeof requestOf> {
  return requestOf({ method: 'POST', path: [resource.resourceType], headers, body: resource });
}

/** What was stored; of what the caller may not read, what they sent with where it is. */
function stored<T extends TypeName>(answer: FhirResponse, sent: ResourceOf<T>): Stored<T> {
  const resource = resourceIn(answer);
  if (resource !== undefined) return resource as unknown as Stored<T>;
  const [, id = '', versionId = ''] =
    /\/([^/]+)\/_history\/(\d+)$/.exec(answer.headers.Location ?? answer.headers['Content-Location'] ?? '') ?? [];
  const lastUpdated = new Date(answer.headers['Last-Modified'] ?? 0).toISOString();
  return { ...sent, id, meta: { ...sent.meta, versionId, lastUpdated } } as unknown as Stored<T>;
}

function bundleOf(entries: readonly TransactionEntry[]): JsonObject {
  const entry = entries.map(({ fullUrl, resource, request }) => ({ fullUrl, resource, request }));
  return { resourceType: 'Bundle', type: 'transaction', entry } as unknown as JsonObject;
}

function resourcesIn(answer: FhirResponse): readonly (AnyResource | undefined)[] {
  const entries = resourceIn(answer)?.entry;
  if (!Array.isArray(entries)) return [];
  return entries.map((entry) => (isObject(entry) ? (entry.resource as unknown as AnyResource | undefined) : undefined));
}
