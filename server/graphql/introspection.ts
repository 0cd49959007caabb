import { Kind, visit, type DocumentNode } from 'graphql';
import type { FhirResponse } from '../fhir/request.ts';
import { fault } from '../kernel/fault.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import type { GraphqlRequest } from './graphql-request.ts';

/** What describes the whole schema takes a second of a processor and 20 MB; tools send the same query each time. */
const MAX_KEPT = 2;
/** Milliseconds between two of them that are not kept. */
const PAUSE = 5000;

interface Kept {
  readonly answers: Map<string, FhirResponse>;
  next: number;
}

const kept = new WeakMap<SearchRegistry, Kept>();

const DESCRIBING: ReadonlySet<string> = new Set(['__schema', '__type']);

/** Whether a query asks what there is, wherever in it. */
export function asksForSchema(document: DocumentNode): boolean {
  let isAsked = false;
  visit(document, {
    Name({ value }) {
      isAsked ||= DESCRIBING.has(value);
    },
  });
  return isAsked;
}

/** Whether it asks for nothing else, so that everybody is told the same. */
export function asksForSchemaOnly({ definitions }: DocumentNode): boolean {
  return definitions
    .flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : []))
    .every(
      (selection) =>
        selection.kind === Kind.FIELD &&
        (DESCRIBING.has(selection.name.value) || selection.name.value === '__typename'),
    );
}

/**
 * The answer to such a query, made by `make` when it is not known.
 * @throws Fault 429 when others were made just now
 */
export async function describedSchema(
  registry: SearchRegistry,
  request: GraphqlRequest,
  now: () => number,
  make: () => Promise<FhirResponse>,
): Promise<FhirResponse> {
  let own = kept.get(registry);
  if (own === undefined) kept.set(registry, (own = { answers: new Map<string, FhirResponse>(), next: 0 }));
  const key = JSON.stringify([request.query, request.operationName ?? null, request.variables]);
  const known = own.answers.get(key);
  if (known !== undefined) return known;
  if (now() < own.next) {
    const text = 'The schema was described in another way just now; try again in a few seconds.';
    throw fault('graphql.busy', 429, 'throttled', text, undefined, { headers: { 'Retry-After': '5' } });
  }
  own.next = now() + PAUSE;
  const made = await make();
  own.next = now() + PAUSE;
  const [oldest = ''] = own.answers.keys();
  if (own.answers.size >= MAX_KEPT) own.answers.delete(oldest);
  if (made.status === 200) own.answers.set(key, made);
  return made;
}
