import { Fault, fault, type Issue } from '../../kernel/fault.ts';
import { isObject, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Engine } from '../engine.ts';
import { criteriaOf } from '../write/matches.ts';

export type EntryMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One entry of a batch or transaction, checked. */
export interface Entry {
  readonly index: number;
  readonly fullUrl: string | undefined;
  readonly method: EntryMethod;
  /** Path segments below the base. */
  readonly path: readonly string[];
  readonly query: string;
  readonly resource: JsonObject | undefined;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifNoneExist: string | undefined;
}

const ELEMENT = ['id', 'extension', 'modifierExtension'];
const ENTRY_ELEMENTS = new Set([...ELEMENT, 'link', 'fullUrl', 'resource', 'search', 'request', 'response']);
const CONDITIONS = ['ifNoneMatch', 'ifModifiedSince', 'ifMatch', 'ifNoneExist'];
const REQUEST_ELEMENTS = new Set([...ELEMENT, 'method', 'url', ...CONDITIONS]);
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * The entries of a batch or transaction Bundle, not looked at yet.
 * @throws Fault 400 when they are no list, 413 when there are too many
 */
export function listEntries(engine: Engine, bundle: JsonObject): JsonArray {
  const list = bundle.entry ?? [];
  if (!Array.isArray(list))
    throw fault('bundle.badEntry', 400, 'structure', 'Bundle.entry must be an array.', 'Bundle.entry');
  const { maxBundleEntries } = engine.settings;
  if (list.length > maxBundleEntries) {
    throw fault(
      'bundle.tooLarge',
      413,
      'too-costly',
      `A Bundle may have at most ${maxBundleEntries} entries; this one has ${list.length}.`,
      'Bundle.entry',
    );
  }
  return list;
}

/** @throws Fault 400 that says where in the Bundle */
export function parseEntry(baseUrl: string, entry: JsonValue, index: number): Entry {
  const at = `Bundle.entry[${index}]`;
  if (!isObject(entry)) throw fault('bundle.badEntry', 400, 'structure', 'An entry must be an object.', at);
  const { request, resource, fullUrl } = entry;
  if (!isObject(request)) {
    throw fault(
      'bundle.noRequest',
      400,
      'required',
      'Each entry needs a request with method and url.',
      `${at}.request`,
    );
  }
  expectKnown(entry, ENTRY_ELEMENTS, at);
  expectKnown(request, REQUEST_ELEMENTS, `${at}.request`);
  const { method, url } = request;
  if (typeof method !== 'string' || !METHODS.has(method)) {
    throw fault(
      'bundle.badMethod',
      400,
      'value',
      `request.method must be one of ${[...METHODS].join(', ')}.`,
      `${at}.request.method`,
    );
  }
  if (typeof url !== 'string')
    throw fault('bundle.badUrl', 400, 'required', 'request.url is missing.', `${at}.request.url`);
  if (fullUrl !== undefined && typeof fullUrl !== 'string') {
    throw fault('bundle.badFullUrl', 400, 'structure', 'fullUrl must be a string.', `${at}.fullUrl`);
  }
  if (resource !== undefined && !isObject(resource)) {
    throw fault('bundle.badResource', 400, 'structure', 'resource must be an object.', `${at}.resource`);
  }
  const needsResource = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const { path, query } = splitUrl(baseUrl, url, `${at}.request.url`);
  if (
    needsResource &&
    resource === undefined &&
    !path.some((segment) => segment.startsWith('$') || segment === '_search')
  ) {
    throw fault('bundle.noResource', 400, 'required', `A ${method} entry needs a resource.`, `${at}.resource`);
  }
  const text = (name: string): string | undefined => {
    const value = request[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'string')
      throw fault('bundle.badRequest', 400, 'structure', `${name} must be a string.`, `${at}.request.${name}`);
    return value;
  };
  if (query !== '' && takesNoQuery(method, path)) {
    const hint = 'criteria of a create stand in ifNoneExist';
    const problem = `${method} ${path.join('/').slice(0, 80)} takes no parameters; ${hint}.`;
    throw fault('bundle.strayQuery', 400, 'not-supported', problem, `${at}.request.url`);
  }
  const ifNoneExist = text('ifNoneExist');
  return {
    index,
    fullUrl,
    method: method as EntryMethod,
    path,
    query,
    resource,
    ifMatch: version(text('ifMatch')),
    ifNoneMatch: text('ifNoneMatch'),
    ifModifiedSince: text('ifModifiedSince'),
    ifNoneExist: ifNoneExist === undefined ? undefined : criteriaOf(ifNoneExist),
  };
}

/** A condition with a misspelt name must not be passed over. */
function expectKnown(object: JsonObject, elements: ReadonlySet<string>, at: string): void {
  for (const key of Object.keys(object)) {
    if (elements.has(key.replace(/^_/, ''))) continue;
    const text = `"${key.slice(0, 64)}" is no element of it, but ${[...elements].join(', ')} are.`;
    throw fault('bundle.unknownElement', 400, 'structure', text, at);
  }
}

/** Creations and writes to an id; other entries are searches, operations, or conditional. */
function takesNoQuery(method: string, path: readonly string[]): boolean {
  if (path.some((segment) => segment.startsWith('$') || segment === '_search')) return false;
  if (method === 'POST') return path.length === 1;
  return (method === 'PUT' || method === 'PATCH' || method === 'DELETE') && path.length === 2;
}

function version(tag: string | undefined): string | undefined {
  return tag?.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}

function splitUrl(baseUrl: string, url: string, expression: string): { path: string[]; query: string } {
  let relative = url;
  if (/^[a-z]+:\/\//i.test(url)) {
    if (!url.startsWith(`${baseUrl}/`)) {
      throw fault(
        'bundle.foreignUrl',
        400,
        'value',
        `request.url must be relative, or start with ${baseUrl}/.`,
        expression,
      );
    }
    relative = url.slice(baseUrl.length + 1);
  }
  relative = relative.replace(/^\//, '');
  const mark = relative.indexOf('?');
  const path = mark === -1 ? relative : relative.slice(0, mark);
  try {
    return {
      path: path
        .split('/')
        .filter((segment) => segment !== '')
        .map(decodeURIComponent),
      query: mark === -1 ? '' : relative.slice(mark + 1),
    };
  } catch (cause) {
    throw fault('bundle.badUrl', 400, 'value', 'request.url has a malformed percent escape.', expression, { cause });
  }
}

/** Refuses a fullUrl that is given twice: links to it could mean either entry. https://hl7.org/fhir/R4/bundle.html#bdl-7 */
export function refuseDuplicates(entries: readonly Entry[]): void {
  const urls = new Map<string, number>();
  for (const { index, method, fullUrl } of entries) {
    if (method === 'GET' || method === 'HEAD' || fullUrl === undefined) continue;
    const first = urls.get(fullUrl);
    if (first !== undefined) {
      const text = `Entries ${first} and ${index} have the same fullUrl; each needs its own.`;
      throw fault('bundle.duplicate', 400, 'duplicate', text, `Bundle.entry[${index}].fullUrl`);
    }
    urls.set(fullUrl, index);
  }
}

/** 400: two entries of a transaction write one resource. https://hl7.org/fhir/R4/http.html#trules */
export function sameResource(first: number, second: number): Fault {
  const text = `Entries ${first} and ${second} write the same resource; a transaction writes each once.`;
  return fault('bundle.duplicate', 400, 'duplicate', text, `Bundle.entry[${second}].request.url`);
}

/** A fault of one entry, with expressions that lead to it from the Bundle. */
export function entryFault(error: unknown, index: number): unknown {
  if (!(error instanceof Fault)) return error;
  const at = `Bundle.entry[${index}]`;
  const issues = error.issues.map((issue): Issue => {
    const inner = (issue.expression ?? []).map((path) => {
      if (path.startsWith('Bundle.')) return path;
      return path.startsWith('http.') ? `${at}.request` : `${at}.resource${path.replace(/^[A-Z]\w*/, '')}`;
    });
    return { ...issue, expression: inner.length === 0 ? [at] : inner };
  });
  return new Fault(error.code, error.status, issues, { cause: error, headers: error.headers });
}
