import type { Engine } from '../fhir/engine.ts';
import { Fault, fault, type Issue } from '../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { CdsRequest } from '../sdk/cds-service.ts';
import type { CallRequest } from './call-request.ts';
import { contextBundles } from './hook-context.ts';
import type { OfferedService } from './services.ts';

/**
 * Answers a query of a template such as `Patient/1` or `Condition?patient=1`.
 * @returns null when there is nothing
 * @throws Fault when it cannot be answered, or may not be
 */
export type FetchPrefetch = (query: string) => Promise<JsonObject | null>;

/**
 * The values of a service's templates: those that the client sent, checked, and those that it did not, fetched.
 * @throws Fault 400 for values that are none, 412 for what neither the client sent nor can be fetched
 */
export async function completePrefetch(
  engine: Engine,
  { templates, service }: OfferedService,
  { context, prefetch }: CallRequest,
  fetchPrefetch: FetchPrefetch,
): Promise<CdsRequest['prefetch']> {
  const issues = await givenIssues(engine, templates, context, prefetch);
  for (const [place, bundle] of contextBundles(service.hook, context))
    issues.push(...(await malformed(engine, bundle, place)));
  if (issues.length > 0) throw new Fault('cds.badData', 400, issues);
  const values = await Promise.all(
    [...templates].map(async ([key, template]) => {
      const given = givenValue(prefetch, key);
      if (given !== undefined) return [key, given] as const;
      const query = template.fill(context);
      return [key, query === undefined ? null : await fetched(key, query, fetchPrefetch)] as const;
    }),
  );
  return Object.fromEntries(values) as unknown as CdsRequest['prefetch'];
}

/** Undefined: the client did not send it, or could not. */
function givenValue(prefetch: JsonObject, key: string): JsonObject | null | undefined {
  const value = Object.hasOwn(prefetch, key) ? prefetch[key] : undefined;
  if (value === null) return null;
  return isObject(value) && value.resourceType !== 'OperationOutcome' ? value : undefined;
}

async function fetched(key: string, query: string, fetchPrefetch: FetchPrefetch): Promise<JsonObject | null> {
  try {
    return await fetchPrefetch(query);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const text =
      `The prefetch "${key}" was not sent and cannot be fetched here: ${cause.issues[0]?.text ?? ''} ` +
      'Send it, or a fhirAuthorization that opens it.';
    throw fault('cds.missingPrefetch', 412, 'incomplete', text, `prefetch.${key}`, { cause });
  }
}

async function givenIssues(
  engine: Engine,
  templates: OfferedService['templates'],
  context: JsonObject,
  prefetch: JsonObject,
): Promise<Issue[]> {
  const issues: Issue[] = [];
  for (const [key, value] of Object.entries(prefetch)) {
    const place = `prefetch.${key}`;
    const template = templates.get(key);
    if (template === undefined) {
      issues.push(issue(`The service has no prefetch template "${key.slice(0, 64)}".`, place));
      continue;
    }
    if (value === null || (isObject(value) && value.resourceType === 'OperationOutcome')) continue;
    const wrong = wrongAnswer(template.fill(context), value);
    if (wrong !== undefined) issues.push(issue(`${place} ${wrong}.`, place));
    else if (isObject(value)) issues.push(...(await malformed(engine, value, place)));
  }
  return issues;
}

/** Why a value cannot be the answer to a query; data of another patient must not be taken for this one's. */
function wrongAnswer(query: string | undefined, value: JsonValue | undefined): string | undefined {
  if (!isObject(value) || typeof value.resourceType !== 'string') return 'must be a resource, or null';
  const [, type, id] = /^([A-Za-z]+)\/([A-Za-z0-9.-]+)$/.exec(query ?? '') ?? [];
  if (type !== undefined) {
    return value.resourceType === type && value.id === id ? undefined : 'must be the resource that its template names';
  }
  if (value.resourceType !== 'Bundle') return 'must be the Bundle that its template finds';
  const links = Array.isArray(value.link) ? value.link.filter(isObject) : [];
  return links.some(({ relation }) => relation === 'next') ? 'must be whole, without a link to a next page' : undefined;
}

async function malformed(engine: Engine, resource: JsonObject, place: string): Promise<readonly Issue[]> {
  const issues = await engine.validate(resource, 'structure');
  return issues
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map((each) => ({ ...each, expression: (each.expression ?? []).map((path) => place + path.replace(/^\w+/, '')) }));
}

function issue(text: string, expression: string): Issue {
  return { severity: 'error', code: 'value', text, expression: [expression] };
}
