import { createHash } from 'node:crypto';
import type { JsonObject } from '../../server/kernel/json.ts';
import { ownSystem } from './datatypes/identifier.ts';
import type { MappingDraft } from './mapping-draft.ts';

/**
 * The identifier of something that its sender gives no number, made of what tells it from others of the kind: an allergy of one
 * patient to one substance. A hash: numbers of patients do not belong into identifiers of other things.
 * @param kind names the numbering: `allergy`
 * @returns undefined where a part is missing, and so nothing tells it apart
 */
export function ownIdentity(
  draft: MappingDraft,
  kind: string,
  parts: readonly (string | undefined)[],
): JsonObject | undefined {
  if (parts.some((part) => part === undefined || part === '')) return undefined;
  const value = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
  return { system: ownSystem(draft, kind), value };
}

/** What tells a coded thing from others: its first coding, else its text. */
export function conceptKey(concept: JsonObject | undefined): string | undefined {
  const [first] = (concept?.coding ?? []) as JsonObject[];
  if (first?.code !== undefined) return `${String(first.system)}|${String(first.code)}`;
  return concept?.text === undefined ? undefined : String(concept.text).toLowerCase();
}
