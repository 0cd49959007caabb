import type { Definitions } from '../../definitions/definitions.ts';
import { fault, type Fault } from '../../kernel/fault.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { SlotSource } from '../registry/plan-types.ts';
import type { Slot } from '../registry-types.ts';
import { UNCOVERED_REFERENCES } from '../registry/slot-set.ts';
import type { IndexedRegistry } from '../registry.ts';
import { compositeWriter, type ResourceWriter } from './composite-writer.ts';
import type { Indexer } from './indexer.ts';
import { mergeRows } from './merge-rows.ts';
import type { Hasher } from './key.ts';
import { localReferences } from './local-references.ts';
import { pathWriter } from './path-writer.ts';
import { createReferenceReader, type ReferenceReader } from './reference-target.ts';
import { MAX_CONTAINED, NO_SORT_DATE, type ContainedRows, type IndexRows, type LocalReference } from './row-types.ts';
import { RowWriter } from './row-writer.ts';

export interface IndexerOptions {
  /** Absolute base URLs of this server, without a slash at the end: references below them count as local. */
  readonly baseUrls: readonly string[];
  /** Default: resources are indexed as they are. */
  readonly forms?: IndexedForms;
}

/**
 * What is indexed in place of a resource whose elements are not to be read out of the index: one form, or while the index
 * changes over to another one both. Undefined: the resource as it is. Nothing is added to it or moved in it.
 */
export type IndexedForms = (
  resource: JsonObject,
  tenant: number,
  of: 'new' | 'stored',
) => readonly JsonObject[] | undefined;

/** The extractors of one resource type. */
interface TypeIndexer {
  readonly paths: readonly ResourceWriter[];
  readonly composites: readonly ResourceWriter[];
  readonly slotCount: number;
  readonly uncoveredSlot: number | undefined;
  /** Key slot of the natural sort date. */
  readonly naturalSlot: number | undefined;
}

/** Compiles the extractors of a resource type when it first comes by; then one pass per resource. */
export function createIndexer(definitions: Definitions, registry: IndexedRegistry, options: IndexerOptions): Indexer {
  const reader = createReferenceReader((name) => definitions.isResourceType(name), options.baseUrls);
  const types = new Map<string, TypeIndexer>();
  const ofSlots = new WeakMap<ReadonlySet<number>, Map<string, TypeIndexer>>();

  function indexOne(
    resource: JsonObject,
    form: JsonObject,
    hasher: Hasher,
    contained: readonly ContainedRows[],
  ): IndexRows {
    const type = String(resource.resourceType);
    let indexer = types.get(type);
    if (indexer === undefined) types.set(type, (indexer = compileType(definitions, registry, type, reader)));
    const writer = new RowWriter(hasher, indexer.slotCount);
    const references = localReferences(resource, hasher, reader);
    return indexResource(indexer, form, writer, references, contained);
  }

  function indexContained(resource: JsonObject, form: JsonObject, hasher: Hasher): readonly ContainedRows[] {
    const { contained } = resource;
    if (!Array.isArray(contained)) return NONE;
    if (contained.length > MAX_CONTAINED) throw tooManyContained();
    const forms = Array.isArray(form.contained) ? form.contained.filter(isObject) : [];
    return contained.filter(isObject).map((inner, place) => ({
      typeId: definitions.typeId(String(inner.resourceType)),
      resource: inner,
      rows: indexOne(inner, forms[place] ?? inner, hasher.contained(), NONE),
    }));
  }

  function indexForm(resource: JsonObject, form: JsonObject, hasher: Hasher): IndexRows {
    return indexOne(resource, form, hasher, indexContained(resource, form, hasher));
  }

  function index(resource: JsonObject, hasher: Hasher, of: 'new' | 'stored'): IndexRows {
    const forms = options.forms?.(resource, hasher.tenant, of);
    if (forms === undefined) return indexForm(resource, resource, hasher);
    return forms.map((form) => indexForm(resource, form, hasher)).reduce(mergeRows);
  }

  function indexerOf(type: string, slots: ReadonlySet<number>): TypeIndexer {
    let known = ofSlots.get(slots);
    if (known === undefined) ofSlots.set(slots, (known = new Map<string, TypeIndexer>()));
    let indexer = known.get(type);
    if (indexer === undefined) known.set(type, (indexer = compileType(definitions, registry, type, reader, slots)));
    return indexer;
  }

  return {
    index: (resource, hasher) => index(resource, hasher, 'new'),
    indexStored: (resource, hasher) => index(resource, hasher, 'stored'),
    indexKeys(resource, hasher, slots) {
      const indexer = indexerOf(String(resource.resourceType), slots);
      const references = indexer.uncoveredSlot === undefined ? [] : localReferences(resource, hasher, reader);
      const writer = new RowWriter(hasher, indexer.slotCount);
      for (const form of options.forms?.(resource, hasher.tenant, 'new') ?? [resource]) {
        writeSlots(indexer, form, writer, references);
      }
      return writer;
    },
  };
}

const NONE: readonly ContainedRows[] = [];

function tooManyContained(): Fault {
  const text = `A resource contains at most ${MAX_CONTAINED} others. Store them as resources of their own and refer to them.`;
  return fault('index.tooManyContained', 422, 'too-long', text, 'contained');
}

function indexResource(
  indexer: TypeIndexer,
  resource: JsonObject,
  writer: RowWriter,
  references: readonly LocalReference[],
  contained: readonly ContainedRows[],
): IndexRows {
  writeSlots(indexer, resource, writer, references);
  return {
    sortAt: sortDate(indexer, writer),
    present: writer.present,
    tokens: writer.tokens,
    refs: writer.refs,
    dates: writer.dates,
    quantities: writer.quantities,
    strings: writer.strings,
    positions: writer.positions,
    uris: writer.uris,
    localReferences: references,
    contained,
  };
}

function writeSlots(
  { paths, uncoveredSlot, composites }: TypeIndexer,
  resource: JsonObject,
  writer: RowWriter,
  references: readonly LocalReference[],
): void {
  for (const write of paths) write(resource, writer);
  if (uncoveredSlot !== undefined) writeUncovered(writer, uncoveredSlot, references);
  for (const write of composites) write(resource, writer);
}

/** Only references that stand in no slot of their own, so that most resources have no row here. */
function writeUncovered(writer: RowWriter, slot: number, references: readonly LocalReference[]): void {
  if (references.length === 0) return;
  const covered = writer.refs.length < 16 ? undefined : new Set(writer.refs.map((row) => row.target));
  const uncovered = references.filter(({ target }) =>
    covered === undefined ? !writer.refs.some((row) => row.target === target) : !covered.has(target),
  );
  writer.startSlot();
  for (const { type, id } of uncovered) writer.ref(writer.hasher.key(slot, `${type}/${id}`), `${type}/${id}`);
}

function sortDate({ naturalSlot }: TypeIndexer, writer: RowWriter): number | null {
  if (naturalSlot === undefined) return null;
  const key = writer.hasher.slotKey(naturalSlot);
  return writer.dates.find((row) => row.key === key)?.low ?? NO_SORT_DATE;
}

/** @param only slots that are written; all when absent */
function compileType(
  definitions: Definitions,
  registry: IndexedRegistry,
  resourceType: string,
  reader: ReferenceReader,
  only?: ReadonlySet<number>,
): TypeIndexer {
  const plan = registry.plan(resourceType);
  /** A slot's values may have rows in others too. */
  const filledBy = ({ id }: Slot, source: SlotSource): readonly number[] =>
    source.from !== 'path'
      ? [id]
      : [
          id,
          ...[source.ofType, source.identifier].flatMap((name) =>
            name === undefined ? [] : registry.slot(resourceType, name).id,
          ),
        ];
  const paths: ResourceWriter[] = [];
  const composites: ResourceWriter[] = [];
  let uncoveredSlot: number | undefined;
  for (const { name, source } of plan.slots) {
    const slot = registry.slot(resourceType, name);
    if (only !== undefined && !filledBy(slot, source).some((id) => only.has(id))) continue;
    if (source.from === 'path') paths.push(pathWriter(definitions, registry, slot, source, reader));
    if (source.from === 'composite') composites.push(compositeWriter(definitions, resourceType, slot, source, reader));
    if (name === UNCOVERED_REFERENCES) uncoveredSlot = slot.id;
  }
  const natural = plan.naturalSort;
  return {
    paths,
    composites,
    slotCount: registry.slotCount(resourceType),
    uncoveredSlot,
    naturalSlot: natural === undefined ? undefined : registry.slot(resourceType, natural).id,
  };
}
