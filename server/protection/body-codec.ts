import { numberText, parseJson, stringifyJson, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { MAX_CONTAINED } from '../search/index/row-types.ts';
import type { BodyCodec, StoredPart } from '../storage/protected-bodies.ts';
import { decrypt, encrypt } from './aead.ts';
import type { DataKeys } from './data-keys.ts';
import type { DataKey } from './key-chain.ts';
import { patientOf } from './patient-of.ts';
import { placesIn } from './places.ts';
import type { ProtectionRules } from './rules.ts';
import type { Sealer } from './sealer.ts';

/**
 * Encrypted elements in a stored body: `"property":"\/KEY.DATA"` in place of `"property":VALUE`, with the number of the key
 * (base 36) and what {@link encrypt} made of VALUE's JSON text (base64url). JSON has `\/` for `/`, but bodies are written by
 * JSON.stringify, which never uses it: no client can send what looks like this.
 */
const MARK = '"\\/';
/** What is looked for first: quotes are everywhere in JSON, so that to look for one and what follows takes twenty times as long. */
const RARE = '\\/';
const TOKEN = /"([A-Za-z0-9_]+)":"\\\/([0-9a-z]+)\.([A-Za-z0-9_-]+)"/g;
/** With the comma that goes with it: the one before, or of the first property of an object the one behind. */
const LOST = new RegExp(`,${TOKEN.source}|${TOKEN.source},?`, 'g');

/** Begins a text that is encrypted as a whole; those that are not are JSON objects. */
const SEALED_TEXT = '\\/';

/** Bodies are tails: what begins them is put back to parse them. See bodyTail. */
const START = '{"meta":{';
const LIMITS = { maxDepth: 256 };
/** Stands for a token until the text is put together; clients cannot send U+0000. */
const PLACEHOLDER = /"\\u0000([0-9]+)"/g;

/** A row and whose body it has: by `type` and `id`, or where these would be in the way by `bodyType` and `bodyId`. */
interface BodyRow {
  readonly body: string;
  readonly id?: string;
  readonly type?: number;
  readonly bodyId?: string;
  readonly bodyType?: number;
}

interface OwnedBody {
  readonly body: string;
  readonly id: string;
  readonly type: number;
}

export interface BodyCodecOptions {
  readonly keys: DataKeys;
  readonly sealer: Sealer;
  /** See Protection.fresh: what a destroyed key encrypts is lost. */
  fresh(): Promise<void> | undefined;
  rules(tenant: number): ProtectionRules;
  typeName(typeId: number): string;
}

export function createBodyCodec({ keys, sealer, fresh, rules, typeName }: BodyCodecOptions): BodyCodec {
  return {
    async seal(tenant, parts) {
      await fresh();
      const applied = rules(tenant);
      const opened = parts.map((part) =>
        mayHold(applied, typeName(Math.abs(part.typeId)), part) ? openPart(part, typeName) : undefined,
      );
      if (opened.every((each) => each === undefined)) return parts.map(({ body }) => body);
      const owners = ownersOf(parts, opened);
      const plans = opened.map((each) => (each === undefined ? [] : placesIn(each.resource, applied)));
      const needed = new Set(owners.filter((_, index) => (plans[index]?.length ?? 0) > 0));
      const current = await keys.sealing(tenant, [...needed]);
      return parts.map((part, index) => {
        const [resource, places] = [opened[index]?.resource, plans[index] ?? []];
        if (resource === undefined || places.length === 0) return part.body;
        const key = current.get(owners[index] ?? '');
        if (key === undefined) throw new Error(`tenant ${tenant} has no key for this resource`);
        const tokens = places.map(({ parent, property }) => {
          const text = jsonText(parent, property);
          return tokenOf(key, text, contextOf(tenant, part.typeId, part.id, property));
        });
        places.forEach(({ parent, property }, place) => (parent[property] = `\u0000${place}`));
        const { resourceType: _type, ...stored } = resource;
        return stringifyJson(stored)
          .slice(START.length)
          .replace(PLACEHOLDER, (_, place: string) => tokens[Number(place)] ?? '');
      });
    },

    open(rows, tenant) {
      let sealed: number[] | undefined;
      for (let index = 0; index < rows.length; index += 1) {
        const body = (rows[index] as Partial<BodyRow> | undefined)?.body;
        if (typeof body === 'string' && isSealed(body)) (sealed ??= []).push(index);
      }
      return sealed === undefined ? rows : openRows(keys, rows, sealed, tenant);
    },

    sealText: (text, place) => `${SEALED_TEXT}${sealer.seal(Buffer.from(text), place).toString('base64url')}`,
    openText: (text, place) =>
      text.startsWith(SEALED_TEXT)
        ? sealer.open(Buffer.from(text.slice(SEALED_TEXT.length), 'base64url'), place).toString('utf8')
        : text,
  };
}

/** Whether it is worth parsing. */
function mayHold({ systems, identifierTypes, elements }: ProtectionRules, type: string, { body }: StoredPart): boolean {
  return (
    identifierTypes.has(type) ||
    elements.has(type) ||
    namesSystem(body, systems) ||
    // Whether another resource within is of one of the types.
    (body.includes(TYPE) && [...identifierTypes, ...elements.keys()].some((each) => body.includes(`${TYPE}${each}"`)))
  );
}

const SYSTEM = '"system":"';
const TYPE = '"resourceType":"';

/** Names of systems stand in the text as they are: JSON escapes none of their characters. */
function namesSystem(body: string, systems: ReadonlySet<string>): boolean {
  for (let at = body.indexOf(SYSTEM); at !== -1; at = body.indexOf(SYSTEM, at)) {
    at += SYSTEM.length;
    if (systems.has(body.slice(at, body.indexOf('"', at)))) return true;
  }
  return false;
}

interface OpenedPart {
  readonly resource: JsonObject;
  readonly patient: string;
}

function openPart({ typeId, id, body }: StoredPart, typeName: (typeId: number) => string): OpenedPart {
  const type = typeName(Math.abs(typeId));
  const resource = parseJson(`${START}${body}`, LIMITS) as JsonObject;
  resource.resourceType = type;
  return { resource, patient: patientOf(type, id, resource) };
}

/** What is contained belongs to whom its container belongs. */
function ownersOf(parts: readonly StoredPart[], opened: readonly (OpenedPart | undefined)[]): readonly string[] {
  const byPid = new Map<number, string>();
  return parts.map(({ pid }, index) => {
    if (pid < 0) return byPid.get(Math.floor(-pid / MAX_CONTAINED)) ?? '';
    const owner = opened[index]?.patient ?? '';
    byPid.set(pid, owner);
    return owner;
  });
}

function jsonText(parent: JsonObject, property: string): string {
  const value: JsonValue = parent[property] ?? null;
  return typeof value === 'number' ? (numberText(parent, property) ?? String(value)) : stringifyJson(value);
}

function tokenOf({ id, key }: DataKey, text: string, context: string): string {
  if (key === undefined) throw new Error(`data key ${id} was destroyed`);
  return `${MARK}${id.toString(36)}.${encrypt(key, text, context).toString('base64url')}"`;
}

/** A value opens in its own place only: not in another resource, nor as another property. */
function contextOf(tenant: number, typeId: number, id: string, property: string): string {
  return `${tenant}/${Math.abs(typeId)}/${id}/${property}`;
}

async function openRows<R>(
  keys: DataKeys,
  rows: R[],
  sealed: readonly number[],
  tenant: number | undefined,
): Promise<R[]> {
  const ids = new Set<number>();
  for (const index of sealed)
    for (const [, , id = ''] of bodyOf(rows[index]).body.matchAll(TOKEN)) ids.add(parseInt(id, 36));
  await keys.load(ids);
  // A key that is not there although it was just loaded belongs to what was erased between the two; it is looked at again.
  if ([...ids].some((id) => keys.get(id) === undefined)) await keys.load(ids);
  for (const index of sealed) rows[index] = { ...rows[index], body: openBody(keys, bodyOf(rows[index]), tenant) } as R;
  return rows;
}

function bodyOf(row: unknown): OwnedBody {
  const { body, bodyId, bodyType, ...columns } = row as BodyRow;
  const { id, type } = { id: bodyId ?? columns.id, type: bodyType ?? columns.type };
  if (typeof id !== 'string' || typeof type !== 'number')
    throw new Error('a statement that reads bodies reads id and type too');
  return { body, id, type };
}

function isSealed(body: string): boolean {
  return body.includes(RARE) && body.includes(MARK);
}

function openBody(keys: DataKeys, { body, id, type }: OwnedBody, tenant: number | undefined): string {
  const opened = body.replace(TOKEN, (token: string, property: string, keyId: string, data: string) => {
    const known = keys.get(parseInt(keyId, 36));
    if (known === undefined || (tenant !== undefined && known.tenant !== tenant)) {
      throw new Error('an element is encrypted by a key that is not there');
    }
    if (known.key === undefined) return token;
    const text = decrypt(known.key, Buffer.from(data, 'base64url'), contextOf(known.tenant, type, id, property));
    return `"${property}":${text.toString('utf8')}`;
  });
  // What a destroyed key encrypted is gone; the resource remains readable without it.
  return isSealed(opened) ? opened.replace(LOST, '') : opened;
}
