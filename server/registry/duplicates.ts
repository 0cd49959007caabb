import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { RegisteredModule } from './registry.ts';
import { settingName } from './settings.ts';

/** What only one may have. */
interface Claim {
  /** With its kind: `bot appointment-reminder`. */
  readonly what: string;
  /** `module scheduling`, or `the server`. */
  readonly by: string;
}

/** Names that the server itself has. */
export interface ReservedNames {
  /** Environment variables. */
  readonly settings: readonly string[];
  readonly roles: readonly string[];
}

/** A line for each thing that two modules contribute, or a module and the server; both are named. */
export function duplicates(modules: readonly RegisteredModule[], reserved: ReservedNames): readonly string[] {
  const owners = new Map<string, string>();
  const problems: string[] = [];
  const own = (what: string): Claim => ({ what, by: 'the server' });
  const claims = [
    ...reserved.settings.map((name) => own(`setting ${name}`)),
    ...reserved.roles.map((name) => own(`role ${name}`)),
    ...modules.flatMap((module) => claimsOf(module).map((what) => ({ what, by: `module ${module.manifest.name}` }))),
  ];
  for (const { what, by } of claims) {
    const other = owners.get(what);
    if (other === undefined) owners.set(what, by);
    else if (other === by) problems.push(`${by} contributes ${what} twice.`);
    else problems.push(`${other} and ${by} both contribute ${what}; only one can.`);
  }
  return problems;
}

function claimsOf({ manifest, code, data }: RegisteredModule): string[] {
  return [
    ...(code.operations ?? []).flatMap(({ code: name, levels, types = [] }) => [
      ...(levels.includes('system') ? [`operation $${name} on the system`] : []),
      ...(levels.some((level) => level !== 'system') ? types.map((type) => `operation $${name} on ${type}`) : []),
    ]),
    ...(code.rules ?? []).map(({ name }) => `rule ${name}`),
    ...(code.projections ?? []).map(({ name }) => `projection ${name}`),
    ...(code.bots ?? []).map(({ name }) => `bot ${name}`),
    ...(code.cdsServices ?? []).map(({ id }) => `CDS service ${id}`),
    ...(code.reports ?? []).map(({ id }) => `report ${id}`),
    ...(code.hl7Maps ?? []).map(({ event }) => `HL7 map ${event}`),
    ...(manifest.contributes.pages ?? []).map(({ path }) => `page ${path}`),
    ...(manifest.contributes.settings ?? []).map(({ name }) => `setting ${settingName(manifest.name, name)}`),
    ...data.definitions.flatMap(({ json }) => definitionClaims(json)),
    ...data.roles.flatMap(({ json }) => (typeof json.name === 'string' ? [`role ${json.name}`] : [])),
  ];
}

function definitionClaims({ resourceType, id, url, version, code, base }: JsonObject): string[] {
  const type = String(resourceType);
  if (type !== 'SearchParameter') return [`${type} ${text(url) || text(id)}|${text(version)}`];
  const types = Array.isArray(base) ? base.map(text) : [];
  return [`SearchParameter ${text(url)}`, ...types.map((each) => `search parameter ${text(code)} of ${each}`)];
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
