import { createHash } from 'node:crypto';
import type { JsonObject } from '../../kernel/json.ts';

interface PackageName {
  readonly name: string;
  readonly version: string;
}

const TAG_SYSTEM = 'https://athanor.health/fhir/CodeSystem/fhir-package';

/** `hl7.fhir.us.core#7.0.0`, as publishers write it. */
export function packageLabel({ name, version }: PackageName): string {
  return `${name}#${version}`;
}

/** Put into meta.tag of what a package brought. */
export function packageTag(name: PackageName): JsonObject {
  return { system: TAG_SYSTEM, code: packageLabel(name) };
}

/**
 * The id under which a resource of a package is stored: the same whenever it is installed, another one for each version
 * of the package. It begins like the id that it has in the package. https://hl7.org/fhir/R4/datatypes.html#id
 */
export function installedId(name: PackageName, type: string, id: string): string {
  const hash = createHash('sha256')
    .update(`${packageLabel(name)} ${type}/${id}`)
    .digest('hex');
  return `${id.replace(/[^A-Za-z0-9.-]/g, '-').slice(0, 47)}-${hash.slice(0, 16)}`;
}
