import { decimalText } from '#sdk';

type Json = Readonly<Record<string, unknown>>;

/** From one resource of this server to another one of its type: `Patient/1`, `Patient/2`. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** Where a reference stands: `subject`, `participant[1].actor`. */
export type ReferencePath = string;

/** What stands before a reference that is an address: `https://clinic.example/fhir/R4/`. */
type Base = string;

/**
 * A copy of the resource in which references to one resource lead to another one, and where they stand. References to a
 * version stay: they speak of what was.
 * @param bases addresses of this server; references that begin with one keep it
 * @param where only these places; default everywhere
 */
export function withMoved<R extends object>(
  resource: R,
  { from, to }: Move,
  { bases = [], where }: { readonly bases?: readonly Base[]; readonly where?: readonly ReferencePath[] } = {},
): { readonly resource: R; readonly paths: readonly ReferencePath[] } {
  const texts = new Map(['', ...bases].map((base) => [`${base}${from}`, `${base}${to}`]));
  const paths: ReferencePath[] = [];
  function walk(value: unknown, path: string): unknown {
    if (Array.isArray(value)) return value.map((item, place) => walk(item, `${path}[${place}]`));
    if (!isObject(value)) return value;
    const copy: Record<string, unknown> = { ...value };
    for (const [name, item] of Object.entries(value)) copy[name] = walk(item, path === '' ? name : `${path}.${name}`);
    const text = typeof value.reference === 'string' ? texts.get(value.reference) : undefined;
    if (text !== undefined && value.resourceType === undefined && where?.includes(path) !== false) {
      copy.reference = text;
      paths.push(path);
    }
    return copy;
  }
  return { resource: walk(resource, '') as R, paths };
}

/** With what addresses a resource refers to another one; whether they are of this server is to be found out. */
export function basesOf(resource: object, to: string): readonly Base[] {
  const bases = new Set<Base>();
  function walk(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const { reference } = value as Json;
    if (typeof reference === 'string' && reference.endsWith(`/${to}`)) bases.add(reference.slice(0, -to.length));
    Object.values(value).forEach(walk);
  }
  walk(resource);
  return [...bases];
}

/** A move with the bases of the references in which it was found; '' for relative ones. */
export interface FoundMove extends Move {
  readonly bases: readonly Base[];
}

/**
 * The one move in which two versions of a resource differ, besides the version itself; undefined when they differ in anything
 * else, or in nothing.
 */
export function onlyMove(before: object, after: object): FoundMove | undefined {
  let move: Move | undefined;
  const bases = new Set<Base>();
  function isSame(a: unknown, b: unknown): boolean {
    if (Array.isArray(a))
      return Array.isArray(b) && a.length === b.length && a.every((item, place) => isSame(item, b[place]));
    if (!isObject(a) || !isObject(b)) return a === b;
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((name) => {
      if (typeof a[name] === 'number' && typeof b[name] === 'number')
        return decimalText(a, name) === decimalText(b, name);
      if (name === 'reference' && a[name] !== b[name]) return isMove(a[name], b[name]);
      return isSame(a[name], b[name]);
    });
  }
  function isMove(a: unknown, b: unknown): boolean {
    const [, base = '', from] = REFERENCE.exec(String(a)) ?? [];
    const [, otherBase = '', to] = REFERENCE.exec(String(b)) ?? [];
    if (from === undefined || to === undefined || base !== otherBase) return false;
    bases.add(base);
    move ??= { from, to };
    return move.from === from && move.to === to;
  }
  if (!isSame(content(before), content(after)) || move === undefined) return undefined;
  const { from, to } = move;
  return { from, to, bases: [...bases] };
}

const REFERENCE = /^(.*\/)?([A-Za-z]+\/[A-Za-z0-9.-]+)$/;

/** Without what the server says of the version. */
function content(resource: object): Json {
  const { meta, ...rest } = resource as Json;
  if (!isObject(meta)) return rest;
  const { versionId: _version, lastUpdated: _time, ...said } = meta;
  return Object.keys(said).length === 0 ? rest : { ...rest, meta: said };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
