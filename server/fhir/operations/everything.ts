import { fault } from '../../kernel/fault.ts';
import { MAX_DATE, MIN_DATE } from '../../search/index/date-range.ts';
import { resourceText } from '../../storage/body.ts';
import {
  everythingTypes,
  RANK,
  readEverything,
  type EverythingQuery,
  type EverythingRow,
} from '../../storage/everything.ts';
import { searchsetEntry, searchsetText } from '../bundle/searchset.ts';
import type { Ctx, Engine } from '../engine.ts';
import { visibleVersion } from '../interactions/visible.ts';
import { cursorScope, openCursor, sealCursor } from '../paging/cursor.ts';
import { linksText } from '../paging/links.ts';
import { pageSize } from '../paging/page-size.ts';
import { linkPath, single, timeOf, type Query } from '../query.ts';
import type { FhirResponse } from '../request.ts';
import { allowedOfType, allowedRows, isShortCondition } from '../search/allowed-rows.ts';
import { shownText } from '../shape/shown-resource.ts';
import { careDateKeys, compartmentKeys } from './compartment.ts';
import { primitiveInput } from './input.ts';
import type { Operation, OperationCall } from './operation.ts';

const SUPPORTED = ['start', 'end', '_since', '_type', '_count', '_cursor'];

/** https://hl7.org/fhir/R4/patient-operation-everything.html */
export const patientEverything: Operation = {
  code: 'everything',
  definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything',
  text: 'The patient, its compartment, and what those refer to. Takes start, end, _since, _type, _count.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: false,
  run: everything,
};

/** https://hl7.org/fhir/R4/encounter-operation-everything.html; start, end, _since, _type as for a patient */
export const encounterEverything: Operation = {
  code: 'everything',
  definition: 'http://hl7.org/fhir/OperationDefinition/Encounter-everything',
  text: 'The encounter, its compartment, and what those refer to. Takes start, end, _since, _type, _count.',
  levels: ['instance'],
  types: ['Encounter'],
  affectsState: false,
  run: everything,
};

/**
 * A page of everything; without `_count` as large as the server allows. Pages are stable: what belongs to it from the
 * first page to the last comes exactly once.
 */
async function everything(
  engine: Engine,
  ctx: Ctx,
  { request, type = '', id = '' }: OperationCall,
): Promise<FhirResponse> {
  const { settings, definitions } = engine;
  const input = primitiveInput(request, SUPPORTED);
  const path = linkPath(request, input);
  const cursor = single(input, '_cursor');
  const scope = cursorScope(ctx, path);
  const [rank, pid] = cursor === undefined ? [RANK.root, -1] : openCursor(settings.linkKey, scope, cursor);
  const count = pageSize(settings, single(input, '_count'), settings.maxCount);
  const { keys, outsideTypes } = compartmentKeys(engine, ctx.tenant, type, id);
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  const place = { ref, keys, supportingTypes: outsideTypes };
  const rows = await readEverything(ctx.db, ctx.tenant, {
    ...place,
    care: careOf(engine, ctx.tenant, input),
    types: typesOf(engine, input),
    since: timeOf(input, '_since')?.low,
    after: { rank: Number(rank), pid: Number(pid) },
    limit: count + 1,
    allowed: await allowedOf(engine, ctx, type, place),
  });
  // Filters may leave out the resource itself, so that only a missing one needs the second look.
  if (cursor === undefined && rows[0]?.rank !== RANK.root) await visibleVersion(engine, ctx, type, id);

  const page = rows.slice(0, count);
  const last = rows.length > count ? page.at(-1) : undefined;
  const next = last === undefined ? undefined : sealCursor(settings.linkKey, scope, [last.rank, last.pid]);
  const entries = page.map((row) => entryOf(engine, ctx, row));
  if (ctx.audit.isOn) {
    const seen = page.map((row) => ({ type: definitions.typeName(row.type), id: row.id, body: row.body }));
    ctx.audit.note({ action: 'E', interaction: '$everything', type, id, query: request.query, seen });
  }
  const isWhole = cursor === undefined && next === undefined;
  const total = isWhole ? page.filter((row) => row.rank !== RANK.supporting).length : undefined;
  return {
    status: 200,
    headers: {},
    text: searchsetText(linksText(`${ctx.baseUrl}/${path}`, cursor, next), total, entries),
  };
}

function entryOf({ definitions }: Engine, ctx: Ctx, { rank, type, id, version, updated, body }: EverythingRow): string {
  const name = definitions.typeName(type);
  const text = shownText(definitions, ctx.access, resourceText({ type: name, id, version, updated, body }));
  return searchsetEntry(ctx.baseUrl, name, id, text, rank === RANK.supporting ? 'include' : 'match');
}

/**
 * Conditions on all types, where they are much the same. Otherwise on the types that occur, which takes a statement to
 * learn: conditions that are all different would take 20 ms to plan.
 */
async function allowedOf(
  engine: Engine,
  ctx: Ctx,
  type: string,
  place: Pick<EverythingQuery, 'ref' | 'keys' | 'supportingTypes'>,
): Promise<EverythingQuery['allowed']> {
  if (ctx.access.isUnrestricted) return { root: undefined, members: undefined, supporting: undefined };
  const { definitions } = engine;
  const all = typesAround(engine, type, place.supportingTypes);
  const isShort = [all.members, all.supporting].every((types) => isShortCondition(engine, ctx, types, 'search'));
  const { members, supporting } = isShort
    ? all
    : sides(await everythingTypes(ctx.db, ctx.tenant, place), place.supportingTypes, definitions);
  return {
    root: allowedOfType(engine, ctx, type, 'read'),
    members: allowedRows(engine, ctx, members, 'search'),
    supporting: allowedRows(engine, ctx, supporting, 'search'),
  };
}

/** Names of types that are within a compartment, and of those that are outside. */
interface Sides {
  readonly members: readonly string[];
  readonly supporting: readonly string[];
}

const around = new WeakMap<Engine['registry'], Map<string, Sides>>();

/** All types; by the one that the compartment belongs to. */
function typesAround({ registry, definitions }: Engine, type: string, outside: readonly number[]): Sides {
  let known = around.get(registry);
  if (known === undefined) around.set(registry, (known = new Map<string, Sides>()));
  let found = known.get(type);
  if (found === undefined) {
    const all = definitions.resourceTypes.map((each) => definitions.typeId(each));
    known.set(type, (found = sides(all, outside, definitions)));
  }
  return found;
}

function sides(types: readonly number[], outside: readonly number[], definitions: Engine['definitions']): Sides {
  const isOutside = new Set(outside);
  const of = (isSupporting: boolean): readonly string[] =>
    types.filter((each) => isOutside.has(each) === isSupporting).map((each) => definitions.typeName(each));
  return { members: of(false), supporting: of(true) };
}

/** `start` and `end` are days or times, both included. */
function careOf(engine: Engine, tenant: number, input: Query): EverythingQuery['care'] {
  const start = timeOf(input, 'start');
  const end = timeOf(input, 'end');
  if (start === undefined && end === undefined) return undefined;
  return { dateKeys: careDateKeys(engine, tenant), start: start?.low ?? MIN_DATE, end: end?.high ?? MAX_DATE };
}

function typesOf({ definitions }: Engine, input: Query): readonly number[] | undefined {
  const values = input.get('_type');
  if (values === undefined) return undefined;
  return values
    .flatMap((value) => value.split(','))
    .map((type) => {
      if (definitions.isResourceType(type)) return definitions.typeId(type);
      throw fault(
        'operation.badType',
        400,
        'value',
        `_type lists resource types such as Observation,Condition; "${type.slice(0, 64)}" is none.`,
      );
    });
}
