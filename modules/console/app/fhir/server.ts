import type { Bundle, Parameters, ParametersParameter, Resource } from '@medplum/fhirtypes';
import { refusalOf } from './refusal.ts';

/** The FHIR interface, as one user sees it. Each call fails with a Refusal when the server does not do it. */
export interface FhirServer {
  /** FHIR base URL, without a slash at the end. */
  readonly base: string;
  /** @param path below the base */
  get<R extends Resource>(path: string): Promise<R>;
  /** By POST: what is searched for may tell of a person, and addresses are written down in many places. */
  search<R extends Resource>(type: R['resourceType'], query: Readonly<Record<string, string>>): Promise<Found<R>>;
  create<R extends Resource>(resource: R): Promise<R>;
  update<R extends Resource & { readonly id?: string }>(resource: R): Promise<R>;
  /** @param key the same key does it once, however often it is sent */
  call<R extends Resource>(path: string, input: readonly ParametersParameter[], key?: string): Promise<R>;
  /** A request outside of the FHIR base. @param path of the same origin: `/cds-services` */
  json(path: string, body?: object): Promise<unknown>;
}

export interface Found<R> {
  /** What was searched for, in its order. */
  readonly matches: readonly R[];
  /** What came along by `_include`. */
  readonly included: readonly Resource[];
  readonly total: number | undefined;
}

/** Sends a request with the user's token. */
export type Send = (url: string, request: RequestInit) => Promise<Response>;

const FHIR = 'application/fhir+json';
const FORM = 'application/x-www-form-urlencoded';

export function createFhirServer(base: string, send: Send): FhirServer {
  async function ask<T>(url: string, request: RequestInit, headers: Readonly<Record<string, string>>): Promise<T> {
    const answer = await send(url, { ...request, headers: { Accept: FHIR, ...headers } });
    if (!answer.ok) throw await refusalOf(answer);
    return (await answer.json()) as T;
  }
  const write = <R>(method: string, path: string, body: object, headers: Readonly<Record<string, string>>) =>
    ask<R>(`${base}/${path}`, { method, body: JSON.stringify(body) }, { 'Content-Type': FHIR, ...headers });

  return {
    base,
    get: (path) => ask(`${base}/${path}`, {}, {}),
    async search<R extends Resource>(type: R['resourceType'], query: Readonly<Record<string, string>>) {
      const request = { method: 'POST', body: new URLSearchParams(query).toString() };
      return foundIn<R>(await ask(`${base}/${type}/_search`, request, { 'Content-Type': FORM }));
    },
    create: (resource) => write('POST', resource.resourceType, resource, {}),
    update: (resource) => {
      const version = resource.meta?.versionId;
      const headers = version === undefined ? {} : { 'If-Match': `W/"${version}"` };
      return write('PUT', `${resource.resourceType}/${resource.id ?? ''}`, resource, headers);
    },
    call(path, parameter, key) {
      const body: Parameters = {
        resourceType: 'Parameters',
        ...(parameter.length === 0 ? {} : { parameter: [...parameter] }),
      };
      return write('POST', path, body, key === undefined ? {} : { 'Idempotency-Key': key });
    },
    json(path, body) {
      const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const headers: Record<string, string> = { Accept: 'application/json' };
      if (body !== undefined) headers['Content-Type'] = 'application/json';
      return ask(`${new URL(base).origin}${path}`, request, headers);
    },
  };
}

function foundIn<R extends Resource>({ entry = [], total }: Bundle): Found<R> {
  const of = (mode: string): Resource[] =>
    entry.flatMap(({ resource, search }) => (resource !== undefined && search?.mode === mode ? [resource] : []));
  return { matches: of('match') as R[], included: of('include'), total };
}
