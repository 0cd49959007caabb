import { fault } from '../../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** What `package.json` of a FHIR package says. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  /** Base of the canonical urls in it; empty when it does not say. */
  readonly canonical: string;
  readonly fhirVersion: string;
  /** Versions by name. */
  readonly dependencies: ReadonlyMap<string, string>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}$/;
const R4 = /^4\.0(?:\.\d+)?$/;

/**
 * https://confluence.hl7.org/display/FHIR/NPM+Package+Specification
 * @throws Fault 400 when it lacks what it must have, 422 when the package is for another version of FHIR
 */
export function readManifest(json: JsonValue): Manifest {
  if (!isObject(json)) throw bad('package.json must be an object', '$');
  const { name, version, canonical, dependencies } = json;
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw bad('name must be a package name such as hl7.fhir.us.core', 'name');
  }
  if (typeof version !== 'string' || !VERSION.test(version)) {
    throw bad('version must be a version such as 7.0.0', 'version');
  }
  return {
    name,
    version,
    canonical: typeof canonical === 'string' ? canonical.replace(/\/+$/, '') : '',
    fhirVersion: expectR4(`${name}#${version}`, fhirVersions(json)),
    dependencies: readDependencies(dependencies),
  };
}

/** Older publishers call it `fhir-version-list`, the oldest ones name a single one. */
function fhirVersions(json: JsonObject): readonly JsonValue[] {
  const said = json.fhirVersions ?? json['fhir-version-list'] ?? json.fhirVersion ?? [];
  return Array.isArray(said) ? said : [said];
}

function expectR4(name: string, versions: readonly JsonValue[]): string {
  const r4 = versions.find((version) => typeof version === 'string' && R4.test(version));
  if (typeof r4 === 'string') return r4;
  const found = versions.length === 0 ? 'none' : versions.map(String).join(', ').slice(0, 100);
  throw fault(
    'package.wrongFhirVersion',
    422,
    'not-supported',
    `${name} is for FHIR ${found}; this server is FHIR 4.0.1, so fhirVersions of package.json must name 4.0.1.`,
    'fhirVersions',
  );
}

function readDependencies(value: JsonValue | undefined): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return new Map();
  if (!isObject(value)) throw bad('dependencies must be an object of versions by name', 'dependencies');
  return new Map(
    Object.entries(value).map(([name, version]) => {
      if (!NAME.test(name) || typeof version !== 'string') {
        throw bad('dependencies must be an object of versions by name', 'dependencies');
      }
      return [name, version];
    }),
  );
}

function bad(problem: string, expression: string): Error {
  return fault('package.badManifest', 400, 'structure', `package/package.json: ${problem}.`, expression);
}
