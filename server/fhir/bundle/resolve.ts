import { fault } from '../../kernel/fault.ts';
import { lockNumbers } from '../../storage/lock.ts';
import type { Ctx, Engine } from '../engine.ts';
import {
  criteriaLock,
  criteriaText,
  findMatches,
  multipleMatches,
  type Criteria,
  type Match,
} from '../write/matches.ts';
import { expectId } from '../write/prepare.ts';
import { entryFault, type Entry } from './entries.ts';
import { collectReferences, conditionalReference, type Links } from './links.ts';

/** What an entry will do, with every identity known. */
export type Step = { readonly entry: Entry } & (
  | { readonly kind: 'create'; readonly type: string; readonly id: string }
  /** Conditional create that found its resource (or an earlier entry that creates it). */
  | { readonly kind: 'found'; readonly type: string; readonly id: string }
  | { readonly kind: 'put' | 'patch'; readonly type: string; readonly id: string }
  | { readonly kind: 'delete'; readonly type: string; readonly ids: readonly string[] }
  /** GET, search, operation: run by the router after all writes. */
  | { readonly kind: 'other' }
);

export interface Plan {
  readonly steps: readonly Step[];
  readonly links: Links;
}

const MAX_DELETES = 1000;

/** Whether the entry's identity depends on a search, which other writers must not overtake. */
export function isConditionalWrite(engine: Engine, entry: Entry): boolean {
  return criteriaOf(engine, entry) !== undefined;
}

export function isPlainCreate(engine: Engine, entry: Entry): boolean {
  return isCreate(engine, entry) && entry.ifNoneExist === undefined;
}

function isCreate(engine: Engine, { method, path }: Entry): boolean {
  return method === 'POST' && path.length === 1 && engine.definitions.isResourceType(path[0] ?? '');
}

function criteriaOf(engine: Engine, entry: Entry): Criteria | undefined {
  const [type = ''] = entry.path;
  if (isCreate(engine, entry)) return entry.ifNoneExist === undefined ? undefined : { type, query: entry.ifNoneExist };
  if (entry.path.length !== 1 || !engine.definitions.isResourceType(type)) return undefined;
  if (entry.method !== 'PUT' && entry.method !== 'PATCH' && entry.method !== 'DELETE') return undefined;
  if (entry.query === '') {
    throw entryFault(
      fault(
        'bundle.noId',
        400,
        'required',
        `${entry.method} needs an id (${type}/123) or criteria (${type}?identifier=…).`,
        'Bundle.request.url',
      ),
      entry.index,
    );
  }
  return { type, query: entry.query };
}

/**
 * Decides every entry's identity: new ids, ids out of URLs, and what conditional entries and conditional references
 * find; all searches of a round in one statement.
 * @throws Fault 412 when criteria find too much or a conditional reference nothing; 400 when criteria depend on each other in a circle
 */
export async function resolveEntries(engine: Engine, ctx: Ctx, entries: readonly Entry[]): Promise<Plan> {
  const links = new Map<string, string>();
  const steps = new Map<number, Step>();
  const byCriteria = new Map<string, string>();
  const settle = (step: Step, identity?: string): void => {
    steps.set(step.entry.index, step);
    if (identity !== undefined && step.entry.fullUrl !== undefined) links.set(step.entry.fullUrl, identity);
  };

  let pending: { readonly entry: Entry; readonly criteria: Criteria }[] = [];
  for (const entry of entries) {
    const criteria = criteriaOf(engine, entry);
    if (criteria !== undefined) pending.push({ entry, criteria });
    else settleLiteral(engine, ctx, entry, settle);
  }
  while (pending.length > 0) {
    const waiting = new Set(pending.map(({ entry }) => entry.fullUrl).filter((url) => url !== undefined));
    const ready = pending.filter(({ criteria }) => ![...waiting].some((url) => criteria.query.includes(url)));
    const [first] = pending;
    if (ready.length === 0 && first !== undefined) {
      const text = 'The criteria of these entries refer to each other in a circle; none of them can be decided first.';
      throw entryFault(fault('bundle.circular', 400, 'invalid', text), first.entry.index);
    }
    await settleConditional(engine, ctx, ready, links, byCriteria, settle);
    pending = pending.filter((item) => !ready.includes(item));
  }
  await resolveReferences(engine, ctx, entries, links, byCriteria);
  return { steps: entries.map((entry) => steps.get(entry.index) ?? { entry, kind: 'other' }), links };
}

type Settle = (step: Step, identity?: string) => void;

function settleLiteral(engine: Engine, ctx: Ctx, entry: Entry, settle: Settle): void {
  const [type = '', id] = entry.path;
  if (isCreate(engine, entry)) {
    const fresh = ctx.newId();
    settle({ entry, kind: 'create', type, id: fresh }, `${type}/${fresh}`);
    return;
  }
  const writes = entry.method === 'PUT' || entry.method === 'PATCH' || entry.method === 'DELETE';
  if (!writes || id === undefined || entry.path.length !== 2 || !engine.definitions.isResourceType(type)) {
    settle({ entry, kind: 'other' });
    return;
  }
  try {
    expectId(id, `Bundle.entry[${entry.index}].request.url`);
  } catch (error) {
    throw entryFault(error, entry.index);
  }
  if (entry.method === 'DELETE') settle({ entry, kind: 'delete', type, ids: [id] });
  else settle({ entry, kind: entry.method === 'PUT' ? 'put' : 'patch', type, id }, `${type}/${id}`);
}

async function settleConditional(
  engine: Engine,
  ctx: Ctx,
  ready: readonly { readonly entry: Entry; readonly criteria: Criteria }[],
  links: Links,
  byCriteria: Map<string, string>,
  settle: Settle,
): Promise<void> {
  const resolved = ready.map(({ entry, criteria }) => ({
    entry,
    criteria: { ...criteria, query: replaceLinks(criteria.query, links) },
  }));
  await lockNumbers(
    ctx.db,
    resolved.map(({ criteria }) => criteriaLock(engine, ctx, criteria)),
  );
  const matches = await searchAll(engine, ctx, resolved);
  for (const [place, { entry, criteria }] of resolved.entries()) {
    const found = matches[place] ?? [];
    const { type } = criteria;
    if (entry.method === 'DELETE') {
      settle({ entry, kind: 'delete', type, ids: found.map((match) => match.id) });
      continue;
    }
    if (found.length > 1) throw entryFault(multipleMatches(criteria, found.length), entry.index);
    const text = criteriaText(criteria);
    const known = found[0]?.id ?? byCriteria.get(text)?.slice(type.length + 1);
    if (entry.method === 'PATCH' && known === undefined) {
      throw entryFault(fault('rest.noMatch', 404, 'not-found', `No ${type} matches the criteria.`), entry.index);
    }
    const wanted = entry.method === 'PUT' && typeof entry.resource?.id === 'string' ? entry.resource.id : undefined;
    const id = known ?? wanted ?? ctx.newId();
    const kind =
      entry.method === 'POST' ? (known === undefined ? 'create' : 'found') : entry.method === 'PUT' ? 'put' : 'patch';
    byCriteria.set(text, `${type}/${id}`);
    settle({ entry, kind, type, id }, `${type}/${id}`);
  }
}

async function searchAll(
  engine: Engine,
  ctx: Ctx,
  conditional: readonly { readonly entry: Entry; readonly criteria: Criteria }[],
): Promise<Match[][]> {
  const limit = conditional.some(({ entry }) => entry.method === 'DELETE') ? MAX_DELETES : 2;
  return findMatches(
    engine,
    ctx,
    conditional.map(({ criteria }) => criteria),
    limit,
  );
}

function replaceLinks(query: string, links: Links): string {
  let result = query;
  for (const [url, target] of links) if (result.includes(url)) result = result.replaceAll(url, target);
  return result;
}

/** Adds what conditional references (`Practitioner?identifier=…`) point to: a stored resource or one of this Bundle's. */
async function resolveReferences(
  engine: Engine,
  ctx: Ctx,
  entries: readonly Entry[],
  links: Map<string, string>,
  byCriteria: ReadonlyMap<string, string>,
): Promise<void> {
  const asked = new Map<string, { readonly criteria: Criteria; readonly index: number }>();
  for (const { resource, index, method } of entries) {
    if (resource === undefined || method === 'PATCH') continue;
    const references = new Set<string>();
    collectReferences(resource, references);
    for (const reference of references) {
      if (links.has(reference) || asked.has(reference)) continue;
      const parts = conditionalReference(reference);
      if (parts === undefined) {
        refuseDangling(engine, reference, links, index);
        continue;
      }
      const criteria = { type: parts[0], query: parts[1] };
      const inBundle = byCriteria.get(criteriaText(criteria));
      if (inBundle === undefined) asked.set(reference, { criteria, index });
      else links.set(reference, inBundle);
    }
  }
  const list = [...asked];
  const matches = await findMatches(
    engine,
    ctx,
    list.map(([, { criteria }]) => criteria),
  );
  for (const [place, [reference, { criteria, index }]] of list.entries()) {
    const [match, ...others] = matches[place] ?? [];
    if (others.length > 0) throw entryFault(multipleMatches(criteria, others.length + 1), index);
    if (match === undefined) {
      const text = `No ${criteria.type} matches the conditional reference; create it first or in the same Bundle.`;
      throw entryFault(fault('bundle.referenceNotFound', 412, 'not-found', text), index);
    }
    links.set(reference, `${match.type}/${match.id}`);
  }
}

function refuseDangling(engine: Engine, reference: string, links: Links, index: number): void {
  if (
    !engine.settings.referentialIntegrity ||
    !/^urn:(uuid|oid):/.test(reference) ||
    links.has(reference.replace(/[#|].*$/, ''))
  )
    return;
  const text = `No entry has the fullUrl ${reference.slice(0, 80)} that this resource refers to.`;
  throw entryFault(fault('bundle.danglingReference', 422, 'not-found', text), index);
}
