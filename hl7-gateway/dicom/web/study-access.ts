import { isObject, JsonSyntaxError, parseJson, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import { Unreachable, type HttpAnswer, type HttpCaller } from '../../client/http-call.ts';
import { HttpRefusal } from '../../http/http-refusal.ts';
import type { Caller } from './caller.ts';
import { createFailedCallers } from './failed-callers.ts';

export interface StudyAccessOptions {
  /** FHIR base, without a slash at the end. */
  readonly fhirUrl: string;
  readonly http: HttpCaller;
  /** The gateway's own eyes. */
  readonly client: FhirClient;
  /** The one ImagingStudy (logical id) that the gateway keeps of each of these studies; nothing for others. */
  keptStudies(studies: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Milliseconds of the epoch. */
  now(): number;
}

/** Which studies a caller may see: what the FHIR server lets them read. */
export interface StudyAccess {
  /**
   * Whoever may see no studies at all learns no more than that.
   * @throws HttpRefusal 401, 403, 421, 429, 503 when the server cannot be asked
   */
  admit(caller: Caller): Promise<void>;
  /**
   * Those of these studies (Study Instance UIDs) that the caller sees.
   * @throws HttpRefusal as {@link admit}
   */
  visible(caller: Caller, studies: readonly string[]): Promise<ReadonlySet<string>>;
  /** @throws HttpRefusal 404 when it is not there for the caller, and as {@link admit} */
  expect(caller: Caller, study: string): Promise<void>;
}

/** Studies of one question. */
const AT_ONCE = 40;
/** How long a yes is remembered for a token and a study, ms: what is revoked works so long at most. */
const REMEMBERED = 20_000;
const MOST_REMEMBERED = 20_000;

/**
 * A study is seen through the one ImagingStudy that the gateway keeps of it, which must be the very version that the gateway
 * sees: an ImagingStudy that somebody wrote with the UID of a foreign study, here or in another organisation of the server,
 * opens nothing. Listing is a search there, opening is a read: the server's trail tells them apart.
 */
export function createStudyAccess(options: StudyAccessOptions): StudyAccess {
  const { now, client, keptStudies } = options;
  const remembered = new Map<string, number>();
  const asking = new Map<string, Promise<ReadonlySet<string>>>();
  const failures = createFailedCallers(now);

  /** Whoever asks for nothing but what was remembered is not kept waiting for others of the same address. */
  async function asServer(caller: Caller, path: string): Promise<ReadonlyMap<string, string>> {
    failures.expectFew(caller.address);
    try {
      return await askServer(options, caller, path);
    } catch (error) {
      if (error instanceof HttpRefusal && error.status === 401) failures.failed(caller.address);
      throw error;
    }
  }

  async function ask(caller: Caller, studies: readonly string[], { pathOf }: Question): Promise<ReadonlySet<string>> {
    const kept = await keptStudies(studies);
    const ids = [...new Set(kept.values())];
    if (ids.length === 0) return new Set();
    const [theirs, ours] = await Promise.all([asServer(caller, pathOf(ids)), askAsGateway(client, searchFor(ids))]);
    return new Set(
      studies.filter((study) => {
        const id = kept.get(study) ?? '';
        const seen = theirs.get(id);
        return seen !== undefined && seen === ours.get(id) && seen.endsWith(` urn:oid:${study}`);
      }),
    );
  }

  /** Those that the caller sees, as it was said a moment ago, or is said now; requests that come at once ask once. */
  async function seen(caller: Caller, studies: readonly string[], question: Question): Promise<ReadonlySet<string>> {
    const keyOf = (study: string): string => `${caller.key} ${question.kind} ${study}`;
    const unknown = studies.filter((study) => !isRemembered(keyOf(study)));
    const found = new Set(studies.filter((study) => !unknown.includes(study)));
    for (let at = 0; at < unknown.length; at += AT_ONCE) {
      const asked = now();
      const some = unknown.slice(at, at + AT_ONCE);
      const key = keyOf(some.join());
      const running = asking.get(key) ?? ask(caller, some, question).finally(() => asking.delete(key));
      asking.set(key, running);
      for (const study of await running) {
        found.add(study);
        remember(keyOf(study), asked);
      }
    }
    return found;
  }

  const isRemembered = (key: string): boolean => (remembered.get(key) ?? 0) > now();
  const remember = (key: string, asked: number): void => {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(key, asked + REMEMBERED);
  };

  async function admit(caller: Caller): Promise<void> {
    const asked = now();
    if (isRemembered(caller.key)) return;
    await asServer(caller, searchFor(['none']));
    remember(caller.key, asked);
  }

  return {
    admit,
    visible: (caller, studies) => seen(caller, studies, LISTED),
    async expect(caller, study) {
      if ((await seen(caller, [study], OPENED)).has(study)) return;
      // Whether somebody is signed in does not depend on what there is.
      await admit(caller);
      throw new HttpRefusal(404, 'not-found', 'There is no such study for you.');
    },
  };
}

/** What the FHIR server is asked about ImagingStudies. */
interface Question {
  readonly kind: 'listed' | 'opened';
  pathOf(ids: readonly string[]): string;
}

const searchFor = (ids: readonly string[]): string =>
  `ImagingStudy?_id=${ids.join()}&status=available&_elements=identifier,status&_count=${AT_ONCE}`;

const LISTED: Question = { kind: 'listed', pathOf: searchFor };
/** Of one. */
const OPENED: Question = { kind: 'opened', pathOf: (ids) => `ImagingStudy/${ids.join()}` };

/** @returns by id, what tells one version of one study from all others */
async function askServer(
  { fhirUrl, http }: StudyAccessOptions,
  caller: Caller,
  path: string,
): Promise<ReadonlyMap<string, string>> {
  const headers = { accept: 'application/fhir+json', ...caller.headers };
  let answer: HttpAnswer;
  try {
    answer = await http.call({ url: new URL(`${fhirUrl}/${path}`), method: 'GET', headers });
  } catch (error) {
    if (error instanceof Unreachable) throw unavailable();
    throw error;
  }
  if (answer.status === 404 || answer.status === 410) return new Map();
  if (answer.status !== 200) throw refusalOf(answer);
  return versionsOf(objectIn(answer.text));
}

async function askAsGateway(client: FhirClient, path: string): Promise<ReadonlyMap<string, string>> {
  try {
    const { status, body } = await client.send({ method: 'GET', path });
    return status === 200 ? versionsOf(body) : new Map();
  } catch (error) {
    if (error instanceof Unreachable) throw unavailable();
    throw error;
  }
}

function objectIn(text: string): JsonObject {
  try {
    const body = parseJson(text);
    return isObject(body) ? body : {};
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw unavailable();
    throw error;
  }
}

/** Words are the server's to its own clients; here they are few. */
export function refusalOf({ status, headers }: Pick<HttpAnswer, 'status' | 'headers'>): HttpRefusal {
  if (status === 401) {
    return new HttpRefusal(401, 'login', 'Sign in first: images take a token that the FHIR server gave.', {
      'WWW-Authenticate': 'Bearer',
    });
  }
  if (status === 403) return new HttpRefusal(403, 'forbidden', 'You may not do this with imaging studies.');
  if (status === 421) {
    return new HttpRefusal(421, 'forbidden', 'The FHIR server has no sign-in: images are for its own machine alone.');
  }
  if (status === 429) {
    const again = headers['retry-after'];
    return new HttpRefusal(429, 'throttled', 'Too many requests.', again === undefined ? {} : { 'Retry-After': again });
  }
  return unavailable();
}

export function unavailable(): HttpRefusal {
  const text = 'The FHIR server, which says who may see what, does not answer.';
  return new HttpRefusal(503, 'transient', text, { 'Retry-After': '5' });
}

/** Of a Bundle, or of one resource. */
function versionsOf(body: JsonObject): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const each of Array.isArray(body.entry) ? body.entry : [{ resource: body }]) {
    const resource = isObject(each) ? each.resource : undefined;
    if (!isObject(resource) || resource.resourceType !== 'ImagingStudy' || typeof resource.id !== 'string') continue;
    if (resource.status !== 'available') continue;
    const { meta } = resource;
    const version = isObject(meta) ? `${text(meta.versionId)} ${text(meta.lastUpdated)}` : '';
    found.set(resource.id, `${version} ${studyOf(resource)}`);
  }
  return found;
}

function studyOf({ identifier }: JsonObject): string {
  for (const each of Array.isArray(identifier) ? identifier : []) {
    if (isObject(each) && each.system === 'urn:dicom:uid' && typeof each.value === 'string') return each.value;
  }
  return '';
}

const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
