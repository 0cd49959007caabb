import type { JsonObject } from '../../kernel/json.ts';
import { loadBaseStructure } from '../base-canonicals.ts';
import type { Canonicals } from '../canonicals.ts';

const CORE = 'http://hl7.org/fhir/StructureDefinition/';

/** Structures that snapshots are made from: the types of FHIR with their snapshots, everything else as it is held. */
export function structureSource(canonicals: Canonicals): (canonical: string) => JsonObject | undefined {
  return (canonical) => {
    const [url = canonical] = canonical.split('|', 1);
    const base = url.startsWith(CORE) ? loadBaseStructure(url.slice(CORE.length)) : undefined;
    return base ?? canonicals.find('StructureDefinition', canonical);
  };
}
