import type { Definitions } from '../../definitions/definitions.ts';
import { withMeta } from '../../fhir/operations/meta-set.ts';
import { installedId } from '../../fhir/packages/package-identity.ts';
import type { PlannedResource } from '../../fhir/packages/plan-package.ts';
import { isObject, stringifyJson, type JsonObject } from '../../kernel/json.ts';
import type { ModuleFile, RegisteredModule } from '../../registry/registry.ts';
import { RegistryError } from '../../registry/registry-error.ts';

const TAG_SYSTEM = 'https://athanor.health/fhir/CodeSystem/module';

/**
 * The definitions of a module as resources, marked with its name. The same id for the same url and version: a changed one
 * takes the place of the one before, a new version stands beside those that stored resources may name. Only
 * SearchParameters have one for all versions, as two of one url would contradict each other.
 * @throws RegistryError for a type that FHIR R4 does not have
 */
export function planDefinitions(definitions: Definitions, { manifest, data }: RegisteredModule): PlannedResource[] {
  return data.definitions.map((file) => plan(definitions, manifest.name, file));
}

function plan(definitions: Definitions, module: string, { path, json }: ModuleFile): PlannedResource {
  const type = String(json.resourceType);
  const ownId = String(json.id);
  const version = type === 'SearchParameter' ? '' : textOf(json.version);
  const place = `module ${module}: ${path}`;
  if (!definitions.isResourceType(type)) throw new RegistryError([`${place} is no resource of FHIR R4.`]);
  const id = installedId({ name: `module ${module} ${textOf(json.url)}`, version }, type, ownId);
  const meta = withMeta(isObject(json.meta) ? json.meta : {}, { tag: [{ system: TAG_SYSTEM, code: module }] });
  const resource: JsonObject = { ...json, id, meta };
  return { path: place, size: stringifyJson(json).length, type, origin: `${type}/${ownId}`, id, resource };
}

function textOf(value: JsonObject[string]): string {
  return typeof value === 'string' ? value : '';
}
