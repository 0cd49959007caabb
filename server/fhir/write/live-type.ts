import { CANONICAL_TYPES } from '../../definitions/canonicals.ts';
import { fault } from '../../kernel/fault.ts';
import type { LiveKind } from '../../storage/live-version.ts';
import { MAIN_TENANT } from '../../storage/tenants.ts';

const KINDS: ReadonlyMap<string, LiveKind> = new Map<string, LiveKind>([
  ['SearchParameter', 'search_parameters'],
  ...CANONICAL_TYPES.map((type) => [type, 'canonicals'] as const),
]);

/** What processes hold of the resources of a type; undefined for most types. A change of one must be told to all. */
export function liveKindOf(type: string): LiveKind | undefined {
  return KINDS.get(type);
}

/**
 * Definitions hold for the whole installation, so that only the main tenant has any. A Questionnaire is content as well:
 * other tenants may have their own, which the server then does not know by their canonicals.
 * @throws Fault 403
 */
export function refuseForeignDefinition(tenant: number, type: string): void {
  if (tenant === MAIN_TENANT || type === 'Questionnaire' || !KINDS.has(type)) return;
  const text = `${type} resources hold for all organisations of this server; its operator writes them.`;
  throw fault('tenant.definition', 403, 'forbidden', text, type);
}
