import type { IndexRows } from '../../search/index/row-types.ts';
import { Fault, fault, type Issue } from '../../kernel/fault.ts';
import { isFhirId } from '../../kernel/id.ts';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { bodyTail } from '../../storage/body.ts';
import type { Engine } from '../engine.ts';

/** A resource that passed validation, with everything the storage writes; pure, made before any transaction opens. */
export interface Prepared {
  readonly type: string;
  readonly typeId: number;
  readonly id: string;
  /** resource.ref */
  readonly ref: string;
  readonly resource: JsonObject;
  readonly body: string;
  readonly rows: IndexRows;
  /** What validation had to say without refusing the resource. */
  readonly notes: readonly Issue[];
}

/**
 * The body of a create or update as a resource of the wanted type.
 * @throws Fault 400 when it is none
 */
export function expectResource(body: JsonValue | undefined, type: string): JsonObject {
  if (!isObject(body)) {
    throw fault(
      'rest.noResource',
      400,
      'structure',
      `The body must be a ${type} resource: a JSON object with "resourceType": "${type}".`,
      'http.body',
    );
  }
  if (body.resourceType !== type) {
    const found =
      typeof body.resourceType === 'string' ? `is a ${body.resourceType.slice(0, 64)}` : 'has no resourceType';
    throw fault('rest.wrongType', 400, 'invalid', `The body ${found}, but the URL says ${type}.`, 'resourceType');
  }
  return body;
}

/** @throws Fault 400 when the id is outside of the grammar `[A-Za-z0-9\-\.]{1,64}` */
export function expectId(id: string, expression: string): string {
  if (!isFhirId(id)) {
    throw fault(
      'rest.badId',
      400,
      'value',
      'An id has 1 to 64 characters out of A-Z, a-z, 0-9, "-" and ".".',
      expression,
    );
  }
  return id;
}

/**
 * Validates and indexes a resource under an id. A promise only when validation had to ask a code system in the database.
 * @throws Fault 422 with all that validation found, when there is an error among it
 */
export function prepare(
  engine: Engine,
  tenant: number,
  resource: JsonObject,
  id: string,
): Prepared | Promise<Prepared> {
  const identified = resource.id === id ? resource : withId(resource, id);
  const issues = engine.validate(identified);
  return issues instanceof Promise
    ? issues.then((found) => accept(engine, tenant, identified, id, found))
    : accept(engine, tenant, identified, id, issues);
}

function accept(engine: Engine, tenant: number, identified: JsonObject, id: string, notes: readonly Issue[]): Prepared {
  if (notes.some(isError)) throw new Fault('validation.failed', 422, notes);
  const type = String(identified.resourceType);
  const hasher = engine.hasher(tenant);
  return {
    type,
    typeId: engine.definitions.typeId(type),
    id,
    ref: hasher.target(`${type}/${id}`),
    resource: identified,
    body: bodyTail(identified),
    rows: engine.indexer.index(identified, hasher),
    notes,
  };
}

export function isError({ severity }: Issue): boolean {
  return severity === 'error' || severity === 'fatal';
}

function withId(resource: JsonObject, id: string): JsonObject {
  const { resourceType, id: _replaced, ...rest } = resource;
  return { resourceType, id, ...rest };
}
