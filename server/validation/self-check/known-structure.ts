import { loadBaseStructure } from '../../definitions/base-canonicals.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Walk } from '../walk.ts';

const CORE = 'http://hl7.org/fhir/StructureDefinition/';

/** A StructureDefinition by canonical; those of the types of R4 with their snapshots. */
export function knownStructure({ canonicals }: Walk, canonical: string): JsonObject | undefined {
  const url = canonical.split('|', 1)[0] ?? canonical;
  const base = url.startsWith(CORE) ? loadBaseStructure(url.slice(CORE.length)) : undefined;
  return base ?? canonicals.find('StructureDefinition', canonical);
}
