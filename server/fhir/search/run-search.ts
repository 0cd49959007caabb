import { narrow } from '../../access/narrow.ts';
import { fault } from '../../kernel/fault.ts';
import { readSearch } from '../../search/parse/read-search.ts';
import type { Filter, SearchTree } from '../../search/tree.ts';
import { containedText, resourceText } from '../../storage/body.ts';
import { outcomeEntry, searchsetEntry, searchsetText, type EntryMode } from '../bundle/searchset.ts';
import type { Ctx, Engine } from '../engine.ts';
import { linksText } from '../paging/links.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { shapeOf } from '../shape/shape-of.ts';
import { shapeResource } from '../shape/shape-resource.ts';
import { shownText } from '../shape/shown-resource.ts';
import { codeSetsOf } from './code-sets-of.ts';
import { compileContext } from './compile-context.ts';
import { explain } from './explain.ts';
import { readIncludes } from './read-includes.ts';
import { readPage, type FoundRow } from './read-page.ts';
import { refuseContained } from './refuse-contained.ts';

/** Where a search takes place. */
export interface SearchPlace {
  /** Undefined: over several types. */
  readonly type: string | undefined;
  /** Path below the base, for links. */
  readonly path: string;
  readonly compartment?: Extract<Filter, { kind: 'compartment' }>;
}

/** Values that one parameter may list. */
const MAX_VALUES = 1000;

/**
 * Any search, answered by a searchset Bundle. https://hl7.org/fhir/R4/search.html
 *
 * Pages are stable while others write: a resource that matches throughout, with the same sort values, comes exactly
 * once; in the order of `_lastUpdated` also when it is updated meanwhile.
 */
export async function search(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  place: SearchPlace,
): Promise<FhirResponse> {
  const { definitions, settings } = engine;
  const tree = await treeOf(engine, ctx, request, place);
  const context = compileContext(engine, ctx);
  if (tree.explain) return explain(ctx, tree, context);

  const url = tree.self === '' ? place.path : `${place.path}?${tree.self}`;
  const page = await readPage(ctx, tree, context, settings.linkKey, url);
  const included = await readIncludes(engine, ctx, tree, context, page.rows);
  noteSearch(engine, ctx, request, place, [...page.rows, ...included.rows]);
  const shape = shapeOf({ summary: tree.summary, elements: tree.elements }, definitions, place.type);
  const entry = (row: FoundRow, mode: EntryMode): string => {
    const { id, version, updated, body, containerType, containerId } = row;
    const type = definitions.typeName(Math.abs(row.type));
    if (typeof containerType === 'number') {
      const text = shapeResource(containedText({ type, id, body }), shape, definitions);
      return searchsetEntry(ctx.baseUrl, definitions.typeName(containerType), `${containerId}#${id}`, text, mode);
    }
    const whole = shownText(definitions, ctx.access, resourceText({ type, id, version, updated, body }));
    return searchsetEntry(ctx.baseUrl, type, id, shapeResource(whole, shape, definitions), mode);
  };
  const entries: string[] = [];
  for (const row of page.rows) entries.push(entry(row, 'match'));
  for (const row of included.rows) entries.push(entry(row, 'include'));
  const warnings = [...tree.warnings, ...included.warnings];
  if (warnings.length > 0) entries.push(outcomeEntry(warnings));
  const separator = url === '' || url.startsWith('?') ? '' : '/';
  const links = linksText(`${ctx.baseUrl}${separator}${url}`, tree.cursor, page.next);
  return { status: 200, headers: {}, text: searchsetText(links, page.total, entries) };
}

function noteSearch(
  { definitions }: Engine,
  { audit }: Ctx,
  { query }: FhirRequest,
  { type, compartment }: SearchPlace,
  rows: readonly FoundRow[],
): void {
  if (!audit.isOn) return;
  const interaction =
    compartment !== undefined ? 'search-compartment' : type === undefined ? 'search-system' : 'search-type';
  const seen = rows.map((row) =>
    typeof row.containerType === 'number'
      ? { type: definitions.typeName(row.containerType), id: row.containerId ?? '', body: row.body }
      : { type: definitions.typeName(Math.abs(row.type)), id: row.id, body: row.body },
  );
  audit.note({ action: 'E', interaction, ...(type === undefined ? {} : { type }), query, seen });
}

async function treeOf(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  { type, compartment }: SearchPlace,
): Promise<SearchTree> {
  const { definitions, registry, settings } = engine;
  const input = {
    resourceType: type,
    query: request.query,
    lenient: request.headers.prefer.handling === 'lenient',
    registry,
    definitions,
    baseUrl: ctx.baseUrl,
    defaultCount: settings.defaultCount,
    maxCount: settings.maxCount,
    maxValues: MAX_VALUES,
  };
  const tree = await readSearch(input, codeSetsOf(engine, ctx));
  if (compartment !== undefined) refuseContained(tree, 'a search in a compartment');
  return visible(engine, ctx, compartment === undefined ? tree : inCompartment(engine, tree, compartment));
}

/** The planner's guess counts what the caller may not know of, and its plan tells of it. */
function visible(engine: Engine, { access }: Ctx, tree: SearchTree): SearchTree {
  if (access.isUnrestricted) return tree;
  const [type, ...others] = tree.types;
  if (tree.explain && !access.mayCall('explain', others.length === 0 ? type : undefined)) {
    throw fault(
      'access.noExplain',
      403,
      'forbidden',
      '_explain is for administrators; search without it.',
      'http._explain',
    );
  }
  const narrowed = narrow(tree, access, engine.registry);
  return narrowed.total === 'estimate' ? { ...narrowed, total: 'accurate' } : narrowed;
}

function inCompartment(
  { registry }: Engine,
  tree: SearchTree,
  filter: Extract<Filter, { kind: 'compartment' }>,
): SearchTree {
  const { compartment } = filter;
  const types = tree.types.filter(
    (type) => type === compartment || registry.compartmentParams(compartment, type).length > 0,
  );
  if (types.length === 0) {
    const text = `${tree.types.join(', ')} resources are never in the compartment of a ${compartment}.`;
    throw fault('search.notInCompartment', 400, 'not-supported', text);
  }
  return { ...tree, types, filters: [filter, ...tree.filters] };
}
