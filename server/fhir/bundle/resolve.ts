import { fault } from '../../kernel/fault.ts';
import { lockNumbers } from '../../storage/lock.ts';
import type { Ctx, Engine } from '../engine.ts';
import {
  criteriaLock,
  criteriaText,
  findMatches,
  MAX_DELETES,
  multipleMatches,
  tooManyMatches,
  type Criteria,
} from '../write/matches.ts';
import { expectId } from '../write/prepare.ts';
import { entryFault, sameResource, type Entry } from './entries.ts';
import { collectReferences, conditionalReference, mentions, rewriteCriteria, type Links } from './links.ts';

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

/** Whether the entry's identity depends on a search, which other writers must not overtake. */
export function isConditionalWrite(engine: Engine, entry: Entry): boolean {
  return criteriaOf(engine, entry) !== undefined;
}

export function isPlainCreate(engine: Engine, entry: Entry): boolean {
  return isCreate(engine, entry) && entry.ifNoneExist === undefined;
}

function isCreate(engine: Engine, { method, path }: Entry): boolean {
  return method === 'POST' && path.length === 1 && isStored(engine, path[0] ?? '');
}

/** Entries of other types are answered by the router. */
function isStored({ definitions, typeServers }: Engine, type: string): boolean {
  return definitions.isResourceType(type) && !typeServers.has(type);
}

function criteriaOf(engine: Engine, entry: Entry): Criteria | undefined {
  const [type = ''] = entry.path;
  if (isCreate(engine, entry)) return entry.ifNoneExist === undefined ? undefined : { type, query: entry.ifNoneExist };
  if (entry.path.length !== 1 || !isStored(engine, type)) return undefined;
  if (entry.method !== 'PUT' && entry.method !== 'PATCH' && entry.method !== 'DELETE') return undefined;
  if (entry.query === '') {
    throw entryFault(
      fault(
        'bundle.noId',
        400,
        'required',
        `${entry.method} needs an id (${type}/123) or criteria (${type}?identifier=…).`,
        `Bundle.entry[${entry.index}].request.url`,
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

  const deleted = new Set<string>();
  let pending: { readonly entry: Entry; readonly criteria: Criteria }[] = [];
  for (const entry of entries) {
    const criteria = criteriaOf(engine, entry);
    if (criteria !== undefined) pending.push({ entry, criteria });
    else settleLiteral(engine, ctx, entry, settle);
    if (entry.method === 'DELETE' && criteria === undefined) deleted.add(entry.path.join('/'));
  }
  // Deletions come first: what they take away, no later entry finds.
  const deletions = pending.filter(({ entry }) => entry.method === 'DELETE');
  await settleConditional(engine, ctx, deletions, { links, byCriteria, deleted }, settle);
  pending = pending.filter(({ entry }) => entry.method !== 'DELETE');
  while (pending.length > 0) {
    const waiting = new Set(pending.map(({ entry }) => entry.fullUrl).filter((url) => url !== undefined));
    const ready = pending.filter(({ criteria }) => !mentions(criteria.query, waiting));
    const [first] = pending;
    if (ready.length === 0 && first !== undefined) {
      const text = 'The criteria of these entries refer to each other in a circle; none of them can be decided first.';
      throw entryFault(fault('bundle.circular', 400, 'invalid', text), first.entry.index);
    }
    await settleConditional(engine, ctx, ready, { links, byCriteria, deleted }, settle);
    pending = pending.filter((item) => !ready.includes(item));
  }
  await resolveReferences(engine, ctx, entries, links, byCriteria);
  const ordered = entries.map((entry): Step => steps.get(entry.index) ?? { entry, kind: 'other' });
  refuseOverlaps(ordered);
  return { steps: ordered, links };
}

/** What earlier rounds decided. */
interface Known {
  readonly links: Links;
  readonly byCriteria: Map<string, string>;
  /** `Type/id` of what this Bundle deletes. */
  readonly deleted: Set<string>;
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
  if (!writes || id === undefined || entry.path.length !== 2 || !isStored(engine, type)) {
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
  { links, byCriteria, deleted }: Known,
  settle: Settle,
): Promise<void> {
  if (ready.length === 0) return;
  const resolved = ready.map(({ entry, criteria }) => ({
    entry,
    criteria: { ...criteria, query: rewriteCriteria(criteria.query, links) },
  }));
  await lockNumbers(
    ctx.db,
    resolved.map(({ criteria }) => criteriaLock(engine, ctx, criteria)),
  );
  // Besides one match that counts, there may be as many as this Bundle deletes.
  const limit = ready[0]?.entry.method === 'DELETE' ? MAX_DELETES + 1 : Math.min(2 + deleted.size, MAX_DELETES);
  const matches = await findMatches(
    engine,
    ctx,
    resolved.map(({ criteria }) => criteria),
    limit,
    (error, place) => entryFault(error, resolved[place]?.entry.index ?? 0),
  );
  for (const [place, { entry, criteria }] of resolved.entries()) {
    const { type } = criteria;
    const found = (matches[place] ?? []).filter((match) => !deleted.has(`${type}/${match.id}`));
    if (entry.method === 'DELETE') {
      if (found.length > MAX_DELETES) throw entryFault(tooManyMatches(), entry.index);
      for (const match of found) deleted.add(`${type}/${match.id}`);
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

/**
 * Refuses that one resource is written by two entries, which may have found it by criteria.
 * https://hl7.org/fhir/R4/http.html#trules
 */
function refuseOverlaps(steps: readonly Step[]): void {
  const writers = new Map<string, number>();
  for (const step of steps) {
    if (step.kind === 'other' || step.kind === 'found') continue;
    const ids = step.kind === 'delete' ? step.ids : [step.id];
    for (const id of ids) {
      const target = `${step.type}/${id}`;
      const other = writers.get(target);
      if (other !== undefined) throw sameResource(other, step.entry.index);
      writers.set(target, step.entry.index);
    }
  }
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
      const criteria = { type: parts[0], query: rewriteCriteria(parts[1], links) };
      if (!engine.definitions.isResourceType(criteria.type)) throw entryFault(unknownTarget(reference), index);
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
    2,
    (error, place) => entryFault(error, list[place]?.[1].index ?? 0),
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

function unknownTarget(reference: string): Error {
  const text = `"${reference.slice(0, 80)}" must start with a resource type of FHIR R4, as in Patient?identifier=….`;
  return fault('bundle.badReference', 400, 'value', text);
}

function refuseDangling(engine: Engine, reference: string, links: Links, index: number): void {
  if (
    !engine.settings.referentialIntegrity ||
    !/^urn:(uuid|oid):/.test(reference) ||
    links.has(reference.replace(/(?:[#|]|\/_history\/).*$/, ''))
  )
    return;
  const text = `No entry has the fullUrl ${reference.slice(0, 80)} that this resource refers to.`;
  throw entryFault(fault('bundle.danglingReference', 422, 'not-found', text), index);
}
