import type { Engine } from '../engine.ts';
import type { FhirRequest } from '../request.ts';
import type { AsyncWorks } from './async-works.ts';

const LONG: ReadonlySet<string> = new Set([
  'search-type',
  'search-system',
  'search-compartment',
  'history-instance',
  'history-type',
  'history-system',
  'batch',
  'operation',
]);

/**
 * Who carries a request out later: with `Prefer: respond-async`, where it may take long. Elsewhere the preference is passed
 * over, and operations that are long work by themselves see to it.
 */
export function laterBy(engine: Engine, interaction: string, request: FhirRequest): AsyncWorks | undefined {
  if (request.headers.prefer.respondAsync !== true || !LONG.has(interaction)) return undefined;
  return interaction === 'operation' && named(engine, request, ({ startsAsync }) => startsAsync === true)
    ? undefined
    : engine.asyncWorks;
}

/** Whether a request that {@link laterBy} takes may change something. */
export function changesState(engine: Engine, request: FhirRequest): boolean {
  return request.path.length === 0
    ? request.method === 'POST'
    : named(engine, request, ({ affectsState }) => affectsState);
}

function named(
  { operations }: Engine,
  { path }: FhirRequest,
  is: (operation: Engine['operations'][number]) => boolean,
): boolean {
  const last = path.at(-1) ?? '';
  return last.startsWith('$') && operations.some((one) => `$${one.code}` === last && is(one));
}
