import type { TransactionEntry } from '#sdk';
import { parseJson, isObject, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';
import { eventTimeOf } from '../event-time.ts';
import { MapFailure, type MappedResource } from '../mapped-message.ts';
import type { DraftEntry, MappingDraft } from '../mapping-draft.ts';

/** Who has made the entries, for faults. */
interface Author {
  readonly event: string;
  readonly module: string;
}

/**
 * Adds the entries of a transaction as what the message says: a conditional create is stored where nothing is, a conditional update
 * changes what is there, an update by id changes that one only; an update at a `urn:uuid:…` of the gateway's own map says more of that
 * resource. Elements that an update does not give stay as they are stored.
 * @throws MapFailure 207 for an entry that cannot be applied, such as a deletion: messages delete nothing
 */
export function addTransaction(draft: MappingDraft, entries: readonly TransactionEntry[], author: Author): void {
  const read = entries.map((entry, index) => readEntry(entry, index, author));
  const links = new Map<string, string>();
  const named = new Map<string, string>();
  for (const { place, resource, match, fullUrl } of read) {
    const identity = `${resource.resourceType}?${match[0] ?? place}`;
    const name = named.get(identity) ?? draft.nameOf(place, resource.resourceType, match);
    named.set(identity, name);
    if (fullUrl !== undefined) links.set(fullUrl, name);
  }
  for (const { place, resource, match, mode, amends } of read) {
    const said = linked(resource, links);
    if (amends === undefined) draft.add(place, { resource: said, match, mode, eventTime: eventTimeOf(draft) });
    else if (!draft.amend(amends, said)) throw unusable(author, 'says more of what the message does not name');
  }
}

interface ReadEntry extends Pick<DraftEntry, 'match' | 'mode'> {
  readonly place: string;
  readonly resource: MappedResource;
  readonly fullUrl: string | undefined;
  /** fullUrl of what it says more of. */
  readonly amends?: string;
}

function readEntry(entry: TransactionEntry, index: number, author: Author): ReadEntry {
  const resource = plainResource(entry, author);
  return {
    place: `${author.module}[${index + 1}]`,
    resource,
    fullUrl: entry.fullUrl,
    ...requestOf(entry.request, resource.resourceType, author),
  };
}

/** Without what JSON does not have; decimals that are numbers have the digits that JavaScript prints. */
function plainResource({ resource }: TransactionEntry, author: Author): MappedResource {
  const value = resource === undefined ? undefined : parseJson(JSON.stringify(resource));
  if (!isObject(value) || typeof value.resourceType !== 'string') throw unusable(author, 'has no resource');
  return { ...value, resourceType: value.resourceType };
}

function requestOf(
  { method, url, ifNoneExist }: TransactionEntry['request'],
  resourceType: string,
  author: Author,
): Pick<ReadEntry, 'match' | 'mode' | 'amends'> {
  if (method === 'DELETE') throw unusable(author, 'deletes, and messages delete nothing');
  if (method === 'PUT' && url.startsWith('urn:uuid:')) return { match: [], mode: 'update', amends: url };
  const { type, id, query } = targetOf(url, author);
  if (type !== resourceType) throw unusable(author, 'has a url of another type');
  if (type === 'Provenance') throw unusable(author, 'says where it comes from, which the gateway says');
  const orPatient = (mode: ReadEntry['mode']): ReadEntry['mode'] => (type === 'Patient' ? 'patient' : mode);
  if (method === 'POST') {
    if (id !== undefined || query !== undefined) throw unusable(author, 'creates at a url that is no type');
    if (ifNoneExist === undefined) return { match: [], mode: orPatient('upsert') };
    return { match: [ifNoneExist], mode: orPatient('create') };
  }
  if (query !== undefined) return { match: [query], mode: orPatient('upsert') };
  if (id === undefined) throw unusable(author, 'updates without saying what');
  return { match: [`_id=${id}`], mode: orPatient('update') };
}

const TARGET = /^([A-Z][A-Za-z]{1,63})(?:\/([A-Za-z0-9.-]{1,64})|\?([^#\s]+))?$/;

function targetOf(
  url: string,
  author: Author,
): { readonly type: string; readonly id: string | undefined; readonly query: string | undefined } {
  const [, type, id, query] = TARGET.exec(url) ?? [];
  if (type === undefined) throw unusable(author, 'has a url that cannot be read');
  return { type, id, query };
}

function unusable({ event, module }: Author, what: string): MapFailure {
  return new MapFailure(`An entry of the HL7 map ${event} of module ${module} ${what}`, 'MSH^1^9', '207');
}

/** References within the transaction get the names that the entries have here: those of two messages must not be the same. */
function linked(resource: MappedResource, links: ReadonlyMap<string, string>): MappedResource {
  const { resourceType, ...elements } = resource;
  return { resourceType, ...linkedObject(elements, links) };
}

function linkedObject(object: JsonObject, links: ReadonlyMap<string, string>): JsonObject {
  const copy = { ...object };
  for (const [name, value] of Object.entries(object)) copy[name] = linkedValue(value, links);
  return copy;
}

function linkedValue(value: JsonValue | undefined, links: ReadonlyMap<string, string>): JsonValue | undefined {
  if (typeof value === 'string') return links.get(value) ?? value;
  if (Array.isArray(value)) return value.map((each) => linkedValue(each, links) ?? null);
  return isObject(value) ? linkedObject(value, links) : value;
}
