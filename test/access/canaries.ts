import { inflateRawSync } from 'node:zlib';
import type { Definitions, ElementDef } from '../../server/definitions/definitions.ts';
import type { Access } from '../../server/access/access.ts';
import type { Engine } from '../../server/fhir/engine.ts';
import { isObject, type JsonObject, type JsonValue } from '../../server/kernel/json.ts';
import type { Step } from '../../server/search/registry/member.ts';
import { slotPath } from '../../server/search/registry/slot-path.ts';
import type { SearchParam } from '../../server/search/registry-types.ts';
import { minimalResource } from '../conformance/minimal-resource.ts';
import { ask } from './ask.ts';
import { eventually } from '../harness/eventually.ts';

/** A resource whose content carries two words that nothing else has. */
export interface Canary {
  readonly owner: string;
  readonly type: string;
  readonly id: string;
  /** By which it is asked for: its first tag, and its identifier when the type has one. */
  readonly key: string;
  /** Which no question names: its second tag; narrative and extension when the type has them. */
  readonly secret: string;
}

/** Somebody with a resource of each type that is about them, as far as the type can be. */
export interface Owner {
  /** Stands in ids and words: letters. */
  readonly name: string;
  /** Whose resources theirs refer to otherwise. */
  readonly refersTo: string;
  /** Code of confidentiality that all of them bear. http://terminology.hl7.org/CodeSystem/v3-Confidentiality */
  readonly label?: string;
}

/** `Patient/a-patient`, `Observation/a-observation` */
export function ownId(name: string, type: string): string {
  return `${name}-${type.toLowerCase()}`;
}

export const KEY_SYSTEM = 'urn:canary';
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';

/** No word is the beginning of another one. */
const WORD = /(?:key|secret)0[a-z]+0[a-z]+0/g;

export function canaryOf(owner: string, type: string): Canary {
  const name = `0${owner}0${type.toLowerCase()}0`;
  return { owner, type, id: ownId(owner, type), key: `key${name}`, secret: `secret${name}` };
}

/** The words of canaries that a text holds; those of a Binary's content too, and of the files in an archive. */
export function wordsIn(text: string): readonly string[] {
  const contents = [...text.matchAll(/"data":"([A-Za-z0-9+/=]+)"/g)].map(([, data = '']) =>
    Buffer.from(data, 'base64'),
  );
  const texts = contents.flatMap((bytes) => [bytes, ...filesIn(bytes)]).map(String);
  return [text, ...texts].flatMap((each) => each.match(WORD) ?? []);
}

/** Files of a zip archive: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.7) */
function filesIn(bytes: Buffer): readonly Buffer[] {
  const files: Buffer[] = [];
  for (let at = 0; bytes.toString('latin1', at, at + 4) === 'PK\x03\x04';) {
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    at = start + bytes.readUInt32LE(at + 18);
    files.push(inflateRawSync(bytes.subarray(start, at)));
  }
  return files;
}

/**
 * Two versions of a resource of each type: first without references, then with one by every search parameter: those of the
 * patient compartment lead to the owner's Patient, all others to whom the owner refers to.
 */
export async function storeCanaries(
  engine: Engine,
  access: Access,
  types: readonly string[],
  owners: readonly Owner[],
): Promise<readonly Canary[]> {
  const all = owners.flatMap((owner) => types.map((type) => ({ owner, canary: canaryOf(owner.name, type) })));
  const canaries = all.filter(({ canary: { type } }) => !engine.typeServers.has(type));
  for (const { canary, owner } of canaries) {
    await put(engine, access, { ...marked(engine.definitions, canary, owner), language: 'de' });
  }
  for (const { canary, owner } of canaries) await put(engine, access, linked(engine, canary, owner, types));
  const stored = new Map<Canary, Canary>();
  for (const { canary, owner } of all.filter(({ canary: { type } }) => engine.typeServers.has(type))) {
    stored.set(canary, { ...canary, id: await create(engine, access, linked(engine, canary, owner, types)) });
  }
  return all.map(({ canary }) => stored.get(canary) ?? canary);
}

/** What is not kept in the FHIR store has one version and an id of its own. */
async function create(engine: Engine, access: Access, { id: _id, ...body }: JsonObject): Promise<string> {
  const url = String(body.resourceType);
  const { status, text } = await ask(engine, access, { method: 'POST', url, body });
  if (status >= 300) throw new Error(`${url}: ${status} ${text}`);
  return (JSON.parse(text) as { readonly id: string }).id;
}

async function put(engine: Engine, access: Access, resource: JsonObject): Promise<void> {
  const url = `${String(resource.resourceType)}/${String(resource.id)}`;
  // What follows the resources of a tenant that is new is made within seconds; 503 until then.
  const { status, text } = await eventually(
    () => ask(engine, access, { method: 'PUT', url, body: resource }),
    (answer) => answer.status !== 503,
  );
  if (status >= 300) throw new Error(`${url}: ${status} ${text}`);
}

/** What is in force does not change, by rules of modules. */
const DRAFTS: Readonly<Record<string, JsonObject>> = { MedicationRequest: { status: 'draft' } };

function marked(definitions: Definitions, { type, id, key, secret }: Canary, { label }: Owner): JsonObject {
  const elements = new Map(definitions.type(type)?.elements.map((element) => [element.name, element]));
  const identifier = { system: KEY_SYSTEM, value: key };
  return {
    ...minimalResource(definitions, type),
    ...DRAFTS[type],
    id,
    meta: {
      tag: [key, secret].map((code) => ({ system: KEY_SYSTEM, code })),
      ...(label === undefined ? {} : { security: [{ system: CONFIDENTIALITY, code: label }] }),
    },
    ...(type === 'Binary' ? { contentType: 'text/plain', data: Buffer.from(secret).toString('base64') } : {}),
    ...(elements.has('text')
      ? { text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${secret}</div>` } }
      : {}),
    ...(elements.has('extension') ? { extension: [{ url: 'urn:canary', valueString: secret }] } : {}),
    ...(hasIdentifier(elements.get('identifier'))
      ? { identifier: elements.get('identifier')?.max === 1 ? identifier : [identifier] }
      : {}),
  };
}

function hasIdentifier(element: ElementDef | undefined): boolean {
  return element?.types.some(({ code }) => code === 'Identifier') === true;
}

function links(link: JsonValue | undefined): JsonValue {
  return Array.isArray(link) ? link.map((each) => (isObject(each) ? { ...each, type: 'seealso' } : each)) : [];
}

function linked(engine: Engine, canary: Canary, owner: Owner, types: readonly string[]): JsonObject {
  const { definitions, registry } = engine;
  const { type } = canary;
  const resource = marked(definitions, canary, owner);
  const member = registry.compartmentParams('Patient', type);
  for (const param of member) refer(definitions, resource, param, 'Patient', `Patient/${ownId(owner.name, 'Patient')}`);
  for (const param of registry.params(type)) {
    const target = param.type === 'reference' ? param.targets.find((each) => types.includes(each)) : undefined;
    if (target === undefined || member.includes(param)) continue;
    refer(definitions, resource, param, target, `${target}/${ownId(owner.refersTo, target)}`);
  }
  // Nothing refers to a patient that was replaced by another one.
  if (type === 'Patient') resource.link = links(resource.link);
  // Nor is a place a part of its own parts.
  if (owner.name >= owner.refersTo) delete resource.partOf;
  if (type === 'Binary') {
    resource.securityContext = { reference: `Patient/${ownId(owner.name, 'Patient')}` };
  }
  return resource;
}

/** A reference at each place that the parameter reads, unless one stands there already. */
function refer(
  definitions: Definitions,
  resource: JsonObject,
  { slots, resourceType }: SearchParam,
  target: string,
  reference: string,
): void {
  for (const { slot, targetTypes } of slots) {
    const steps = slotPath(slot);
    if (steps === undefined || targetTypes?.includes(target) === false) continue;
    place(definitions, resource, resourceType, steps, reference);
  }
}

/** @returns whether the reference stands there now */
function place(
  definitions: Definitions,
  holder: JsonObject,
  typeName: string,
  [step, ...deeper]: readonly Step[],
  reference: string,
): boolean {
  if (step?.kind !== 'child') return false;
  const [next] = deeper;
  const wanted = next?.kind === 'as' ? next.type : next === undefined ? 'Reference' : undefined;
  const property = [...(definitions.type(typeName)?.properties.values() ?? [])].find(
    ({ element, type }) => element.name === step.name && (wanted === undefined || type.code === wanted),
  );
  if (property === undefined) return false;
  const { element, type } = property;
  const rest = next?.kind === 'as' ? deeper.slice(1) : deeper;
  const known = first(holder[property.property]);
  if (rest.length === 0) {
    if (type.code !== 'Reference' || (isObject(known) && known.reference !== undefined)) return false;
    for (const other of definitions.type(typeName)?.properties.values() ?? []) {
      if (other.element === element) holder[other.property] = undefined;
    }
    holder[property.property] = element.max > 1 ? [{ reference }] : { reference };
    return true;
  }
  const inner = isObject(known) ? known : requiredOf(definitions, type.code);
  if (!place(definitions, inner, type.code, rest, reference)) return false;
  holder[property.property] = element.max > 1 ? [inner] : inner;
  return true;
}

function first(value: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function requiredOf(definitions: Definitions, typeName: string): JsonObject {
  const { resourceType: _type, ...rest } = minimalResource(definitions, typeName);
  return rest;
}
