import type { Definitions } from '../../definitions/definitions.ts';
import { CANONICAL_TYPES } from '../../definitions/canonicals.ts';
import type { Issue } from '../../kernel/fault.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import { withMeta } from '../operations/meta-set.ts';
import { installedId, packageTag } from './package-identity.ts';
import type { FhirPackage, PackageFile } from './read-package.ts';

/** A resource of a package as it will be stored. */
export interface PlannedResource {
  readonly path: string;
  /** Bytes of the file. */
  readonly size: number;
  readonly type: string;
  /** `type/id` within the package. */
  readonly origin: string;
  /** Under which it is stored. */
  readonly id: string;
  readonly resource: JsonObject;
}

export interface PackagePlan {
  /** What defines something: profiles, value sets, search parameters… */
  readonly resources: readonly PlannedResource[];
  readonly examples: readonly PlannedResource[];
  /** What is left out. */
  readonly issues: readonly Issue[];
}

interface Sorted {
  readonly resources: Map<string, PackageFile>;
  readonly examples: Map<string, PackageFile>;
  readonly issues: Issue[];
}

/** Decides what of a package is stored under which ids, and marks it with the package. */
export function planPackage(definitions: Definitions, one: FhirPackage): PackagePlan {
  const { resources, examples, issues } = sortFiles(definitions, one);
  const meta = { tag: [packageTag(one)] };
  const plan = ([origin, { path, size, resource }]: [string, PackageFile]): PlannedResource => {
    const [type = '', ownId = ''] = origin.split('/');
    const id = installedId(one, type, ownId);
    const marked = withMeta(isObject(resource.meta) ? resource.meta : {}, meta);
    return { path, size, type, origin, id, resource: { ...resource, id, meta: marked } };
  };
  return { resources: [...resources].map(plan), examples: [...examples].map(plan), issues };
}

function sortFiles(definitions: Definitions, one: FhirPackage): Sorted {
  const sorted: Sorted = { resources: new Map(), examples: new Map(), issues: [] };
  const leaveOut = (path: string, why: string): void => {
    sorted.issues.push({ severity: 'warning', code: 'not-supported', text: `${path} is left out: ${why}.` });
  };
  for (const file of [...one.files, ...one.examples]) {
    const { path, resource } = file;
    const type = resource.resourceType;
    if (!definitions.isResourceType(type)) {
      leaveOut(path, `${type.slice(0, 64)} is no resource type of FHIR R4`);
      continue;
    }
    const id = typeof resource.id === 'string' ? resource.id : (path.split('/').at(-1) ?? '').replace(/\.json$/, '');
    const identity = `${type}/${id}`;
    if (sorted.resources.has(identity) || sorted.examples.has(identity)) {
      leaveOut(path, `another file of the package is ${identity.slice(0, 120)} too`);
    } else if (!one.examples.includes(file) && isDefining(definitions, type)) sorted.resources.set(identity, file);
    else if (one.examples.includes(file)) sorted.examples.set(identity, file);
    else leaveOut(path, `a ${type} defines nothing`);
  }
  return sorted;
}

/** Types of which others speak by canonical url; NamingSystem has none in R4, and defines urls of systems. */
function isDefining(definitions: Definitions, type: string): boolean {
  const isCanonical = definitions.type(type)?.properties.get('url')?.type.code === 'uri';
  return isCanonical || CANONICAL_TYPES.some((canonical) => canonical === type);
}
