import type { Canonicals } from '../../server/definitions/canonicals.ts';
import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystem, CodeSystemSource } from '../code-system.ts';
import { codeSystemResources, type CodeSystemResources } from '../resource/canonical-source.ts';
import { canonicalOf, extensionsOf, objectAt, splitCanonical, textAt, valueOf } from '../resource/elements.ts';
import { supplemented } from '../resource/supplemented.ts';
import { ofKind } from './issues.ts';
import { languageChoice, type LanguageChoice } from './languages.ts';
import { flagOf, textOf, textsOf, type Parameters } from './parameters.ts';
import {
  hasWildcard,
  newestFitting,
  systemVersionRules,
  valueSetVersionRules,
  type VersionRules,
} from './version-rules.ts';

/** What an answer rests on; filled while it is worked out. */
interface Usage {
  readonly systems: Map<string, JsonObject>;
  /** Imported value sets, not the one that was asked for. */
  readonly valueSets: Map<string, JsonObject>;
  readonly supplements: Set<string>;
  readonly unknownSystems: Set<string>;
  /** Grammars: of their codes only the usual ones are listed. */
  readonly openSystems: Set<string>;
  readonly unknownValueSets: Set<string>;
  /** Parameters about versions that made a difference, `system-version` and the like, with their value. */
  readonly versionParameters: Map<string, string>;
}

/** What one request is answered from. */
export interface Scope {
  readonly canonicals: Canonicals;
  readonly resources: CodeSystemResources;
  readonly sources: readonly CodeSystemSource[];
  readonly systemVersions: VersionRules;
  readonly valueSetVersions: VersionRules;
  readonly languages: LanguageChoice | undefined;
  readonly supplements: readonly JsonObject[];
  readonly isActiveOnly: boolean;
  /** Whether the same code in two versions of a system is one; undefined: as the value set needs it. */
  readonly versionsMatch: boolean | undefined;
  /** Most codes that are listed at once. */
  readonly limit: number;
  readonly usage: Usage;
}

interface ScopeSources {
  readonly canonicals: Canonicals;
  readonly external: readonly CodeSystemSource[];
  readonly limit: number;
}

export function createScope(
  { canonicals, external, limit }: ScopeSources,
  parameters: Parameters,
  acceptLanguage: string | undefined,
  valueSet?: JsonObject,
): Scope {
  const resources = codeSystemResources(canonicals);
  const language = textOf(parameters, 'displayLanguage') ?? acceptLanguage ?? textAt(valueSet, 'language');
  return {
    canonicals,
    resources,
    sources: [resources.complete, ...external, resources.fragments],
    systemVersions: systemVersionRules(parameters),
    valueSetVersions: valueSetVersionRules(parameters),
    languages: language === undefined ? undefined : languageChoice(language),
    supplements: wantedSupplements(resources, parameters, valueSet),
    isActiveOnly: flagOf(parameters, 'activeOnly') ?? false,
    versionsMatch: flagOf(parameters, 'versionsMatch'),
    limit,
    usage: {
      systems: new Map(),
      valueSets: new Map(),
      supplements: new Set(),
      unknownSystems: new Set(),
      openSystems: new Set(),
      unknownValueSets: new Set(),
      versionParameters: new Map(),
    },
  };
}

const EXPANSION_PARAMETER = 'http://hl7.org/fhir/StructureDefinition/valueset-expansion-parameter';
const SUPPLEMENT = 'http://hl7.org/fhir/StructureDefinition/valueset-supplement';

/** The parameters of the request, and those that the value set brings for what the request leaves open. */
export function withOwnParameters(parameters: Parameters, valueSet: JsonObject): Parameters {
  const own = [valueSet, objectAt(valueSet, 'compose')].flatMap((element) =>
    extensionsOf(element, EXPANSION_PARAMETER),
  );
  const added = own.flatMap((extension): JsonObject[] => {
    const part = (url: string): JsonObject | undefined => extensionsOf(extension, url)[0];
    const name = valueOf(part('name') ?? {})?.value;
    const given = valueOf(part('value') ?? {});
    if (typeof name !== 'string' || given === undefined) return [];
    return parameters.some((parameter) => parameter.name === name) ? [] : [{ name, [given.type]: given.value }];
  });
  return added.length === 0 ? parameters : [...parameters, ...added];
}

function wantedSupplements(
  resources: CodeSystemResources,
  parameters: Parameters,
  valueSet: JsonObject | undefined,
): readonly JsonObject[] {
  const declared = extensionsOf(valueSet, SUPPLEMENT).flatMap((extension) => textAt(extension, 'valueCanonical') ?? []);
  return [...new Set([...textsOf(parameters, 'useSupplement'), ...declared])].map((canonical) => {
    const found = resources.supplement(canonical);
    if (found !== undefined) return found;
    const text = `Required supplement not found: ${canonical}`;
    throw fault('terminology.supplement', 422, 'not-found', text, undefined, ofKind('not-found'));
  });
}

/** The newest version that fits, with its supplements; undefined: not held. */
export async function findSystem(
  scope: Scope,
  url: string,
  version: string | undefined,
): Promise<CodeSystem | undefined> {
  for (const source of scope.sources) {
    let found = await source.codeSystem(url, version);
    if (found === undefined && version !== undefined && hasWildcard(version)) {
      const fitting = newestFitting(await source.versions(url), version);
      if (fitting !== undefined) found = await source.codeSystem(url, fitting);
    }
    if (found !== undefined) return use(scope, found);
  }
  return undefined;
}

const enriched = new WeakMap<
  CodeSystem,
  { readonly supplements: readonly JsonObject[]; readonly system: CodeSystem }
>();

/** Translations, and those that the request or the value set asks for. */
function supplementsOf({ resources, supplements }: Scope, url: string): readonly JsonObject[] {
  const asked = supplements.filter((supplement) => splitCanonical(textAt(supplement, 'supplements') ?? '').url === url);
  return [...new Set([...resources.languagePacks(url), ...asked])];
}

function use(scope: Scope, system: CodeSystem): CodeSystem {
  const supplements = supplementsOf(scope, system.url);
  if (supplements.length === 0) return system;
  const known = enriched.get(system);
  if (
    known?.supplements.length === supplements.length &&
    known.supplements.every((each, at) => each === supplements[at])
  ) {
    return known.system;
  }
  const made = supplemented(system, supplements);
  enriched.set(system, { supplements, system: made });
  return made;
}

/** Notes that the answer rests on this system. */
export function noteSystem(scope: Scope, system: CodeSystem): void {
  const { usage } = scope;
  usage.systems.set(canonicalOf(system.url, system.version), system.header);
  for (const supplement of supplementsOf(scope, system.url)) {
    usage.supplements.add(canonicalOf(textAt(supplement, 'url') ?? '', textAt(supplement, 'version')));
  }
}

export async function heldVersions(scope: Scope, url: string): Promise<readonly string[]> {
  const versions = await Promise.all(scope.sources.map((source) => source.versions(url)));
  return [...new Set(versions.flat())].filter((version) => version !== '');
}
