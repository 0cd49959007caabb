import type { Engine } from '../../server/fhir/engine.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { SearchParam } from '../../server/search/registry-types.ts';
import { minimalResource } from '../conformance/minimal-resource.ts';
import type { Question } from './ask.ts';
import { canaryOf, KEY_SYSTEM, ownId, type Canary } from './canaries.ts';

/** Somebody's look at a resource that they may not see. */
export interface Look {
  readonly engine: Engine;
  readonly target: Canary;
  /** Whose resources the asker sees; they refer to those of the target's owner, and those to them. */
  readonly own: string;
  /** Whether a resource may not be seen by the asker. */
  isHidden(canary: Canary): boolean;
}

export interface Way extends Question {
  /** That the answer has no match, and counts none: the question is about what cannot be seen alone. */
  readonly findsNothing?: true;
}

/** Questions by which something might be told of a resource, for each line of the route table; operations are in operation-ways.ts. */
export const WAYS: Readonly<Record<string, (look: Look) => readonly Way[]>> = {
  'GET T/I': ({ target: { type, id } }) => [
    get(`${type}/${id}`),
    { method: 'HEAD', url: `${type}/${id}` },
    get(`${type}/${id}?_elements=id,text`),
    get(`${type}/${id}?_summary=text`),
    { ...get(`${type}/${id}`), headers: { 'if-none-match': 'W/"2"' } },
    { ...get(`${type}/${id}`), headers: { accept: 'text/plain' } },
  ],
  'GET T/I/_history/I': ({ target: { type, id } }) => [1, 2].map((version) => get(`${type}/${id}/_history/${version}`)),
  'GET T/I/_history': ({ target: { type, id } }) => [get(`${type}/${id}/_history`)],
  'GET T/_history': ({ target: { type } }) => [get(`${type}/_history?_count=1000`), get(`${type}/_history?_count=1`)],
  'GET _history': () => [get('_history?_count=1000'), get('_history?_count=3&_elements=id')],
  'GET T': searches,
  'POST T/_search': ({ target: { type, id } }) => [
    { method: 'POST', url: `${type}/_search?_id=${id}`, findsNothing: true },
    { method: 'POST', url: `${type}/_search?_count=1000` },
  ],
  'GET ': ({ target: { type, id, key } }) => [
    nothing(`?_type=${type}&_id=${id}`),
    nothing(`?_tag=${token(key)}&_total=accurate`),
    nothing(`?_type=Patient,${type}&_tag=${token(key)}`),
  ],
  'POST _search': ({ target: { type, id } }) => [
    { method: 'POST', url: `_search?_type=${type}&_id=${id}`, findsNothing: true },
  ],
  'GET T/I/T': (look) =>
    inCompartments(look).flatMap((place) => [
      get(`${place}/${look.target.type}?_count=1000`),
      nothing(`${place}/${look.target.type}?_tag=${token(look.target.key)}`),
    ]),
  'GET T/I/*': (look) => patients(look).map((place) => nothing(`${place}/*?_tag=${token(look.target.key)}`)),
  'POST T/I/T/_search': (look) =>
    inCompartments(look).map((place) => ({ method: 'POST', url: `${place}/${look.target.type}/_search?_count=1000` })),
  'POST T/I/_search': (look) =>
    patients(look).map((place): Way => ({
      method: 'POST',
      url: `${place}/_search?_tag=${token(look.target.key)}`,
      findsNothing: true,
    })),
  'PUT T/I': (look) => [
    write(look, 'PUT', path(look)),
    { ...write(look, 'PUT', path(look)), headers: { 'if-match': 'W/"2"' } },
    { ...write(look, 'PUT', path(look)), headers: { 'if-none-match': '*' } },
  ],
  'PUT T': (look) => [
    { ...write(look, 'PUT', `${look.target.type}?_tag=${token(look.target.key)}`), headers: { 'if-match': 'W/"9"' } },
  ],
  'PATCH T/I': (look) => patches(look, path(look)),
  'PATCH T': (look) => patches(look, `${look.target.type}?_tag=${token(look.target.key)}`),
  'DELETE T/I': (look) => [{ method: 'DELETE', url: path(look) }],
  'DELETE T': ({ target: { type, key, id } }) => [
    { method: 'DELETE', url: `${type}?_tag=${token(key)}`, headers: { prefer: 'return=OperationOutcome' } },
    { method: 'DELETE', url: `${type}?_id=${id}` },
  ],
  'POST T': (look) => [
    { ...write(look, 'POST', look.target.type), headers: { 'if-none-exist': `_tag=${token(look.target.key)}` } },
    { method: 'POST', url: 'Basic', body: referring(path(look)) },
    { method: 'POST', url: 'Basic', body: referring(`${path(look)}/_history/2`) },
  ],
  'POST ': (look) => {
    const { type, key } = look.target;
    return [
      bundle('batch', [{ request: { method: 'GET', url: path(look) } }]),
      bundle('batch', [{ request: { method: 'GET', url: `${type}?_count=1000` } }]),
      bundle('transaction', [{ request: { method: 'GET', url: `${type}?_count=1000` } }]),
      bundle('transaction', [
        { resource: referring(`${type}?_tag=${token(key)}`), request: { method: 'POST', url: 'Basic' } },
      ]),
      bundle('transaction', [
        {
          resource: minimalResource(look.engine.definitions, type),
          request: { method: 'POST', url: type, ifNoneExist: `_tag=${token(key)}` },
        },
      ]),
      bundle('transaction', [{ request: { method: 'DELETE', url: path(look) } }]),
    ];
  },
  'GET metadata': () => [get('metadata')],
  'GET _async/I': ({ target: { id } }) => [get(`_async/${id}`)],
  'DELETE _async/I': ({ target: { id } }) => [{ method: 'DELETE', url: `_async/${id}` }],
  'GET _bulk/I/I': ({ target: { id, type } }) => [get(`_bulk/${id}/${type}.ndjson`)],
};

/** Lines whose questions are the same whatever the resource is, by the type: to be asked once. */
export const ONCE: ReadonlySet<string> = new Set(['GET _history', 'GET metadata']);

function searches(look: Look): readonly Way[] {
  const { type, id, key, secret } = look.target;
  const { registry } = look.engine;
  const has = (code: string): boolean => registry.param(type, code) !== undefined;
  const tag = `_tag=${token(key)}`;
  return [
    nothing(`${type}?_id=${id}`),
    nothing(`${type}?${tag}`),
    nothing(`${type}?${tag}&_summary=count`),
    nothing(`${type}?${tag}&_total=accurate&_count=0`),
    nothing(`${type}?${tag}&_total=estimate&_count=0`),
    nothing(`${type}?_filter=${encodeURIComponent(`_tag eq ${KEY_SYSTEM}|${key}`)}`),
    nothing(`${type}?_id=${id}&_lastUpdated=gt2000&_sort=_lastUpdated`),
    nothing(`${type}?_text=${secret}`),
    nothing(`${type}?_content=${secret}`),
    ...(has('identifier') ? [nothing(`${type}?identifier=${key}`)] : []),
    get(`${type}?_count=1000&_sort=_lastUpdated`),
    get(`${type}?_count=1000&_elements=text,extension,meta`),
    get(`${type}?_list=${ownId(look.own, 'List')}`),
    ...foreignList(look),
    get(`${type}?_contained=both&_count=1000`),
    get(`${type}?_explain=true&${tag}`),
    get(`${type}?_id=${ownId(look.own, type)}&_include=*&_include:iterate=*`),
    get(`${type}?_id=${ownId(look.own, type)}&_revinclude=*`),
    ...registry.params(type).flatMap((param) => byParam(look, param)),
  ];
}

/** The List of the target's owner holds a resource of the asker. */
function foreignList({ engine, target, isHidden }: Look): readonly Way[] {
  const list = canaryOf(target.owner, 'List');
  const [member] = engine.registry.param('List', 'item')?.targets ?? [];
  return isHidden(list) && member !== undefined ? [nothing(`${member}?_list=${list.id}`)] : [];
}

/** Sorting, and for a reference chains from the asker's resources to the target's owner's, and `_has` the other way round. */
function byParam(look: Look, param: SearchParam): readonly Way[] {
  const { own, target } = look;
  const { resourceType: type, code } = param;
  const sort = param.type === 'composite' || param.type === 'special' ? [] : [get(`${type}?_count=1000&_sort=${code}`)];
  if (param.type !== 'reference') return sort;
  const [pointed = ''] = param.targets;
  const other = canaryOf(target.owner, pointed);
  const chains = look.isHidden(other)
    ? [nothing(`${type}?_id=${ownId(own, type)}&${code}:${pointed}._tag=${token(other.key)}`)]
    : [];
  // The target itself refers to what the asker sees.
  return [...sort, ...chains, nothing(`${pointed}?_has:${type}:${code}:_tag=${token(target.key)}`)];
}

/** The compartments of the asker's own and of the target's owner. */
function inCompartments({ engine, own, target }: Look): readonly string[] {
  return engine.definitions.compartments
    .filter(({ code }) => code === target.type || engine.registry.compartmentParams(code, target.type).length > 0)
    .flatMap(({ code }) => [own, target.owner].map((name) => `${code}/${ownId(name, code)}`));
}

function patients({ own, target }: Look): readonly string[] {
  return [own, target.owner].map((name) => `Patient/${ownId(name, 'Patient')}`);
}

function patches(look: Look, url: string): readonly Way[] {
  const type = { 'content-type': 'application/json-patch+json' };
  return [
    { method: 'PATCH', url, headers: type, body: [{ op: 'test', path: '/meta/tag/0/code', value: look.target.key }] },
    { method: 'PATCH', url, headers: type, body: [{ op: 'add', path: '/language', value: 'de' }] },
  ];
}

function write({ engine, target }: Look, method: 'PUT' | 'POST', url: string): Way {
  const resource = minimalResource(engine.definitions, target.type);
  return { method, url, body: method === 'PUT' ? { ...resource, id: target.id } : resource };
}

function path({ target }: Look): string {
  return `${target.type}/${target.id}`;
}

function get(url: string): Way {
  return { method: 'GET', url };
}

function nothing(url: string): Way {
  return { method: 'GET', url, findsNothing: true };
}

function token(code: string): string {
  return `${KEY_SYSTEM}|${code}`;
}

function referring(reference: string): JsonObject {
  return { resourceType: 'Basic', code: { text: 'x' }, subject: { reference } };
}

function bundle(type: 'batch' | 'transaction', entry: readonly object[]): Way {
  return { method: 'POST', url: '', body: { resourceType: 'Bundle', type, entry } };
}
