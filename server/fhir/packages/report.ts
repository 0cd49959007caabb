import type { Issue } from '../../kernel/fault.ts';
import { stringifyJson, type JsonObject } from '../../kernel/json.ts';
import type { InstalledPackage, PackageResource } from '../../storage/packages.ts';
import { outcomeOf } from '../outcome.ts';
import type { FhirResponse } from '../request.ts';

/** Issues of one kind named in one answer. */
export const MAX_NAMED = 20;

/** What became of a package. */
export interface PackageReport {
  readonly name: string;
  readonly version: string;
  readonly outcome: 'installed' | 'unchanged' | 'replaced' | 'removed';
  /** How many resources it has here, or of a removed one, had. */
  readonly resources: number;
}

/** The answer of the operations that change packages: a parameter for each one, and an OperationOutcome. */
export function reportAnswer(reports: readonly PackageReport[], issues: readonly Issue[]): FhirResponse {
  const parameter: JsonObject[] = reports.map(({ name, version, outcome, resources }) => ({
    name: 'package',
    part: [
      { name: 'name', valueString: name },
      { name: 'version', valueString: version },
      { name: 'outcome', valueCode: outcome },
      { name: 'resources', valueInteger: resources },
    ],
  }));
  parameter.push({ name: 'outcome', resource: outcomeOf(issues) });
  return { status: 200, headers: {}, text: stringifyJson({ resourceType: 'Parameters', parameter }) };
}

/** The answer of the operation that lists them. */
export function listAnswer(packages: readonly InstalledPackage[]): FhirResponse {
  const parameter = packages.map((one): JsonObject => {
    const dependencies = Object.entries(one.dependencies).map(([name, version]) => `${name}#${version}`);
    return {
      name: 'package',
      part: [
        { name: 'name', valueString: one.name },
        { name: 'version', valueString: one.version },
        ...(one.canonical === '' ? [] : [{ name: 'canonical', valueUri: one.canonical }]),
        { name: 'fhirVersion', valueCode: one.fhirVersion },
        { name: 'installed', valueInstant: new Date(one.installedAt).toISOString() },
        { name: 'sha256', valueString: one.sha256 },
        ...dependencies.map((dependency) => ({ name: 'dependency', valueString: dependency })),
        ...one.resources.map((resource) => ({ name: 'resource', valueReference: { reference: identityOf(resource) } })),
      ],
    };
  });
  const resource: JsonObject = { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
  return { status: 200, headers: {}, text: stringifyJson(resource) };
}

export function identityOf({ type, id }: Pick<PackageResource, 'type' | 'id'>): string {
  return `${type}/${id}`;
}

/** The first of many warnings, and how many there are of the rest. @param rest what the rest is, behind its number */
export function firstOf(issues: readonly Issue[], rest: string): Issue[] {
  const count = issues.length - MAX_NAMED;
  if (count <= 0) return [...issues];
  return [...issues.slice(0, MAX_NAMED), { severity: 'warning', code: 'incomplete', text: `${count} ${rest}.` }];
}
