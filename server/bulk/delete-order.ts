import type { Ctx, Engine } from '../fhir/engine.ts';
import { flag } from '../fhir/operations/input.ts';
import { single, type Query } from '../fhir/query.ts';
import type { FhirRequest } from '../fhir/request.ts';
import { fault } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';
import { readInput } from './read-input.ts';
import { readTypeFilters, splitTypeFilters, typeOfFilter } from './type-filters.ts';

/** What is to be deleted. */
export interface DeleteOrder {
  readonly types: readonly string[];
  /** As in an export: of types without one everything. */
  readonly typeFilters: readonly string[];
  /** Whether it is counted only. */
  readonly isDry: boolean;
  /** When more match, nothing is deleted. */
  readonly limit: number;
}

const DEFAULT_LIMIT = 10_000;
const MAX_LIMIT = 10_000_000;

export function deleteOrderOf(payload: JsonObject): DeleteOrder {
  return payload as unknown as DeleteOrder;
}

/** @throws Fault 400 */
export async function readDeleteOrder(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<DeleteOrder> {
  const input = readInput(request, ['_type', '_typeFilter', 'dryRun', 'limit'], []);
  const typeFilters = splitTypeFilters(input.get('_typeFilter') ?? []);
  await readTypeFilters(engine, ctx, typeFilters);
  const named = (input.get('_type') ?? []).flatMap((value) => value.split(',')).filter((type) => type !== '');
  const types = [...new Set([...named, ...typeFilters.map(typeOfFilter)])];
  if (types.length === 0) {
    throw bad(
      'required',
      'Name what is to be deleted: _typeFilter=Patient?active=false, or _type=Patient for all of them.',
    );
  }
  for (const type of types) {
    if (!engine.definitions.isResourceType(type) || engine.typeServers.has(type)) {
      throw bad('value', `_type: "${type.slice(0, 64)}" is no type whose resources can be deleted here.`);
    }
  }
  return { types, typeFilters, isDry: flag(input, 'dryRun'), limit: limitOf(input) };
}

function limitOf(input: Query): number {
  const text = single(input, 'limit') ?? String(DEFAULT_LIMIT);
  const limit = /^[1-9][0-9]{0,7}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw bad('value', `limit must be a whole number from 1 to ${MAX_LIMIT}; without it it is ${DEFAULT_LIMIT}.`);
}

function bad(code: 'required' | 'value', text: string): Error {
  return fault('bulk.badParameter', 400, code, text);
}
