import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { Queryable } from '../../server/storage/db.ts';
import type { CodeSystemSource } from '../code-system.ts';
import { textAt } from '../resource/elements.ts';
import { textOf, type Parameters } from '../service/parameters.ts';
import {
  addConcepts,
  addRelations,
  codesOfTable,
  lockTable,
  relationsSince,
  resetTable,
  tableVersion,
  type ClosureTable,
  type Relation,
} from './closure-store.ts';
import { relationsOf } from './relations.ts';

const MAX_NAME = 200;
/** Concepts of one call. */
const MAX_NEW = 500;
/** Concepts of one code system in one table. */
const MAX_CODES = 20_000;

/** Where closure tables are. */
export interface ClosurePlace {
  /** Inside a transaction. */
  readonly db: Queryable;
  readonly tenant: number;
  /** Milliseconds. */
  now(): number;
}

/**
 * `$closure`: with a name alone the table is made, or emptied; with concepts those are added; with a version what came
 * after it is told again. https://hl7.org/fhir/R4/terminology-service.html#closure
 * @returns a ConceptMap of the relations that are new; its version is that of the table
 * @throws Fault 400 for what is malformed, 404 for a table that was not made, 422 for concepts of unknown systems
 */
export async function closure(
  systems: Pick<CodeSystemSource, 'codeSystem'>,
  parameters: Parameters,
  place: ClosurePlace,
): Promise<JsonObject> {
  const table = { db: place.db, tenant: place.tenant, name: nameOf(parameters) };
  const concepts = conceptsOf(parameters);
  const since = textOf(parameters, 'version');
  if (since !== undefined && concepts.size > 0) {
    throw fault(
      'closure.both',
      400,
      'invalid',
      'Give either concepts to add, or the version after which to tell again.',
    );
  }
  if (since !== undefined) return resync(table, since, place.now());
  if (concepts.size === 0) {
    await resetTable(table);
    return mapOf(table.name, 0, [], place.now());
  }
  return add(systems, table, concepts, place.now());
}

async function add(
  systems: Pick<CodeSystemSource, 'codeSystem'>,
  table: ClosureTable,
  concepts: ReadonlyMap<string, readonly string[]>,
  now: number,
): Promise<JsonObject> {
  const version = await lockTable(table);
  if (version === undefined) throw unknownTable(table);
  const added: Relation[] = [];
  for (const [url, codes] of concepts) {
    const system = await systems.codeSystem(url, undefined);
    if (system === undefined) {
      throw fault('closure.unknownSystem', 422, 'not-found', `The code system ${url.slice(0, 200)} is not held here.`);
    }
    const held = await codesOfTable(table, url);
    const fresh = codes.filter((code) => !held.includes(code));
    if (fresh.length === 0) continue;
    if (held.length + fresh.length > MAX_CODES) {
      const text = `A closure table holds at most ${MAX_CODES} concepts of one code system; make several tables.`;
      throw fault('closure.tooLarge', 422, 'too-costly', text);
    }
    added.push(...(await relationsOf(system, held, fresh)));
    await addConcepts(table, url, fresh);
  }
  return mapOf(table.name, added.length === 0 ? version : await addRelations(table, added), added, now);
}

async function resync(table: ClosureTable, since: string, now: number): Promise<JsonObject> {
  if (!/^[0-9]{1,9}$/.test(since)) {
    const text =
      'version must be the version of a ConceptMap that $closure answered, such as 3; 0 asks for everything.';
    throw fault('closure.badVersion', 400, 'value', text);
  }
  const version = await tableVersion(table);
  if (version === undefined) throw unknownTable(table);
  return mapOf(table.name, version, await relationsSince(table, Number(since)), now);
}

function nameOf(parameters: Parameters): string {
  const name = textOf(parameters, 'name') ?? '';
  if (name.length >= 1 && name.length <= MAX_NAME) return name;
  throw fault('closure.name', 400, 'required', `Give the name of a closure table, of 1 to ${MAX_NAME} characters.`);
}

/** Codes by system. */
function conceptsOf(parameters: Parameters): ReadonlyMap<string, readonly string[]> {
  const codes = new Map<string, Set<string>>();
  let count = 0;
  for (const parameter of parameters) {
    if (parameter.name !== 'concept') continue;
    const coding = parameter.valueCoding as JsonObject | undefined;
    const [system, code] = [textAt(coding, 'system'), textAt(coding, 'code')];
    if (system === undefined || code === undefined) {
      throw fault('closure.concept', 400, 'required', 'Each concept needs a valueCoding with system and code.');
    }
    codes.set(system, (codes.get(system) ?? new Set()).add(code));
    count += 1;
  }
  if (count > MAX_NEW) {
    throw fault('closure.tooMany', 400, 'too-costly', `At most ${MAX_NEW} concepts are added in one call.`);
  }
  return new Map([...codes].map(([system, of]) => [system, [...of]]));
}

function unknownTable({ name }: ClosureTable): Error {
  const text = `There is no closure table "${name}" here; make it by calling $closure with the name alone.`;
  return fault('closure.unknownTable', 404, 'not-found', text);
}

function mapOf(name: string, version: number, relations: readonly Relation[], now: number): JsonObject {
  const systems = new Map<string, Map<string, string[]>>();
  for (const { system, code, ancestor } of relations) {
    let elements = systems.get(system);
    if (elements === undefined) systems.set(system, (elements = new Map<string, string[]>()));
    elements.set(code, [...(elements.get(code) ?? []), ancestor]);
  }
  const group = [...systems].map(([system, elements]) => ({
    source: system,
    target: system,
    // "subsumes": the target subsumes the source.
    element: [...elements].map(([code, ancestors]) => ({
      code,
      target: ancestors.map((ancestor) => ({ code: ancestor, equivalence: 'subsumes' })),
    })),
  }));
  return {
    resourceType: 'ConceptMap',
    version: String(version),
    name,
    status: 'active',
    experimental: true,
    date: new Date(now).toISOString(),
    ...(group.length === 0 ? {} : { group }),
  };
}
