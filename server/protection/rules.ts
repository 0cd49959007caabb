import type { Definitions } from '../definitions/definitions.ts';

/** What is encrypted. */
export interface ProtectionRules {
  /** Identifiers of these systems, in whatever element they stand. */
  readonly systems: ReadonlySet<string>;
  /** Types whose own `identifier` is encrypted whatever its system. */
  readonly identifierTypes: ReadonlySet<string>;
  /** JSON properties that lead to further elements, by type. */
  readonly elements: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** One part of the setting PROTECTED. */
export type ProtectedPart =
  | { readonly kind: 'default' }
  | { readonly kind: 'system'; readonly uri: string }
  | { readonly kind: 'element'; readonly path: string };

/** What is encrypted by tenant; 0: of all tenants. */
export type ProtectedParts = ReadonlyMap<number, readonly ProtectedPart[]>;

/** Numbers that states and insurers give to people. */
const DEFAULT_SYSTEMS = [
  'http://hl7.org/fhir/sid/us-ssn',
  'urn:oid:2.16.840.1.113883.4.1',
  'http://hl7.org/fhir/sid/us-medicare',
  'http://hl7.org/fhir/sid/us-mbi',
  'urn:oid:2.16.840.1.113883.4.927',
  'https://fhir.nhs.uk/Id/nhs-number',
  'urn:oid:2.16.840.1.113883.2.1.4.1',
  'http://fhir.de/sid/gkv/kvid-10',
  'http://fhir.de/sid/pkv/kvid-10',
  'http://fhir.de/NamingSystem/gkv/kvid-10',
  'http://fhir.nl/fhir/NamingSystem/bsn',
  'urn:oid:2.16.840.1.113883.2.4.6.3',
  'urn:oid:1.2.250.1.213.1.4.8',
  'urn:oid:1.2.250.1.213.1.4.9',
  'urn:oid:2.16.840.1.113883.2.9.4.3.2',
  'urn:oid:2.16.756.5.32',
  'urn:oid:1.2.40.0.10.1.4.3.1',
  'urn:oid:1.2.752.129.2.1.3.1',
  'urn:oid:2.16.578.1.12.4.1.4.1',
  'urn:oid:1.2.208.176.1.2',
  'urn:oid:1.2.246.21',
  'http://ns.electronichealth.net.au/id/hi/ihi/1.0',
  'http://ns.electronichealth.net.au/id/medicare-number',
  'https://standards.digital.health.nz/ns/nhi-id',
  'https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn',
] as const;
const DEFAULT_ELEMENTS = ['Coverage.identifier', 'Coverage.subscriberId'] as const;

/** Elements by which resources are found, allowed or told apart. */
const NEEDED = new Set([
  'resourceType',
  'id',
  'meta',
  'implicitRules',
  'language',
  'text',
  'contained',
  'extension',
  'modifierExtension',
]);

export const NO_RULES: ProtectionRules = { systems: new Set(), identifierTypes: new Set(), elements: new Map() };

/**
 * The setting PROTECTED: `default`, systems of identifiers (URIs) and element paths, separated by commas; with `2/` before
 * it a part holds for tenant 2 only. `off`: nothing.
 * @throws Error when a part is neither
 */
export function readProtectedParts(text: string): ProtectedParts {
  const byTenant = new Map<number, ProtectedPart[]>();
  if (text.trim() === 'off') return byTenant;
  for (const word of text.split(',').map((each) => each.trim())) {
    const [, tenant = '0', rest = word] = /^([1-9][0-9]{0,4})\/(.*)$/.exec(word) ?? [];
    const parts = byTenant.get(Number(tenant)) ?? [];
    parts.push(partOf(rest));
    byTenant.set(Number(tenant), parts);
  }
  return byTenant;
}

export const DEFAULT_PROTECTED: ProtectedParts = new Map([[0, [{ kind: 'default' }]]]);

function partOf(word: string): ProtectedPart {
  if (word === 'default') return { kind: 'default' };
  if (/^[A-Z][A-Za-z]*(\.[a-z][A-Za-z0-9]*)+$/.test(word)) return { kind: 'element', path: word };
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(word)) return { kind: 'system', uri: word };
  throw new Error(`"${word}" is neither a system nor an element path`);
}

/**
 * The rules of a tenant.
 * @throws Error that names an element which does not exist, or which searches and access need
 */
export function rulesOf(definitions: Definitions, parts: ProtectedParts, tenant: number): ProtectionRules {
  const own = [...(parts.get(0) ?? []), ...(tenant === 0 ? [] : (parts.get(tenant) ?? []))];
  const systems = new Set<string>();
  const identifierTypes = new Set<string>();
  const elements = new Map<string, (readonly string[])[]>();
  const addElement = (path: string): void => {
    const [type = '', ...steps] = path.split('.');
    if (isOwnIdentifier(definitions, type, steps)) identifierTypes.add(type);
    else elements.set(type, [...(elements.get(type) ?? []), ...propertyPaths(definitions, type, steps, path)]);
  };
  for (const part of own) {
    if (part.kind === 'system') systems.add(part.uri);
    else if (part.kind === 'element') addElement(part.path);
    else {
      for (const system of DEFAULT_SYSTEMS) systems.add(system);
      DEFAULT_ELEMENTS.forEach(addElement);
    }
  }
  return { systems, identifierTypes, elements };
}

export function isEmpty({ systems, identifierTypes, elements }: ProtectionRules): boolean {
  return systems.size === 0 && identifierTypes.size === 0 && elements.size === 0;
}

function isOwnIdentifier(definitions: Definitions, type: string, steps: readonly string[]): boolean {
  const [step, ...more] = steps;
  if (step !== 'identifier' || more.length > 0 || !definitions.isResourceType(type)) return false;
  return definitions.type(type)?.properties.get('identifier')?.type.code === 'Identifier';
}

/** A choice has a property for each of its types: `value` is valueQuantity, valueString, … */
function propertyPaths(
  definitions: Definitions,
  type: string,
  steps: readonly string[],
  path: string,
): readonly (readonly string[])[] {
  if (!definitions.isResourceType(type)) throw new Error(`${path}: ${type} is no resource type`);
  if (NEEDED.has(steps[0] ?? '')) throw new Error(`${path} cannot be protected`);
  let ways: readonly { readonly type: string; readonly path: readonly string[] }[] = [{ type, path: [] }];
  for (const step of steps) {
    ways = ways.flatMap((way) =>
      [...(definitions.type(way.type)?.properties.values() ?? [])]
        .filter(({ element }) => element.name === step)
        .map(({ property, type: { code } }) => ({ type: code, path: [...way.path, property] })),
    );
  }
  if (ways.length === 0) throw new Error(`${path} is no element`);
  return ways.map((way) => way.path);
}
