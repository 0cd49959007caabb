import type { JsonObject } from '../../../server/kernel/json.ts';
import type { CodeSystem, Concept } from '../../code-system.ts';
import { STANDARDS_STATUS } from '../../resource/concept-standing.ts';
import { canonicalOf, extensionsOf, textAt } from '../../resource/elements.ts';
import { shownDisplay } from '../languages.ts';
import { matchPlan, type IsMember } from '../match.ts';
import type { Scope } from '../scope.ts';
import type { Include, ValueSetPlan } from '../value-set-plan.ts';
import { codingSystems, type GivenCoding } from './coding-version.ts';
import { checkDisplay } from './display.ts';
import { allIncludes } from './included-systems.ts';
import { MESSAGES } from './messages.ts';
import { elementAt, error, note, wholeOf, type CodingPlace, type Reported } from './reported.ts';

export interface CodingRules {
  readonly takesAbstract: boolean;
  readonly hasLenientDisplay: boolean;
  /** Nothing but membership in the value set is asked. */
  readonly isMembershipOnly: boolean;
}

export interface CheckedCoding {
  readonly given: GivenCoding;
  readonly issues: readonly Reported[];
  /** True also where no value set is asked and the code exists; undefined: nobody here can tell. */
  readonly isMember: IsMember;
  readonly system: CodeSystem | undefined;
  readonly concept: Concept | undefined;
  readonly display: string | undefined;
  /** Canonicals of code systems that are not held, and whether the value set needs them. */
  readonly unknownSystems: readonly string[];
  readonly isUnknownInValueSet: boolean;
}

/** How messages name a code: `system|version#code ('display')`. */
export function writtenCoding({ system, version, code, display }: GivenCoding): string {
  return `${canonicalOf(system, version)}#${code}${display === undefined ? '' : ` ('${display}')`}`;
}

/** A coding in its system and, when there is one, in the value set. */
export async function checkCoding(
  scope: Scope,
  plan: ValueSetPlan | undefined,
  given: GivenCoding,
  place: CodingPlace,
  rules: CodingRules,
): Promise<CheckedCoding> {
  const includes = plan === undefined ? [] : allIncludes(scope, plan).filter(({ system }) => system === given.system);
  const misused = systemProblems(scope, given, place);
  const found = await codingSystems(scope, includes, given, place);
  // What is another kind of resource is not missing.
  const unknown = isOtherResource(scope, given.system) ? { issues: [], unknown: [] } : found;
  const best = await bestReading(scope, plan, found.systems, includes, given);
  const shared = {
    given,
    unknownSystems: unknown.unknown,
    isUnknownInValueSet: plan === undefined || includes.length > 0,
    system: best?.system,
    concept: best?.concept,
    display: best?.display,
  };
  if (rules.isMembershipOnly) {
    const [isMember] = plan === undefined ? [true] : await matchPlan(scope, plan, [itemOf(given, best?.system)]);
    return { ...shared, isMember, issues: [] };
  }
  const issues = [...misused, ...unknown.issues];
  if (best === undefined) {
    const isMember = plan === undefined || includes.length > 0 ? undefined : false;
    return { ...shared, isMember, issues };
  }
  issues.push(...existenceProblems(given, best, place));
  if (best.concept !== undefined) issues.push(...conceptProblems(scope, plan, given, best, place, rules));
  const isInactiveRefused = best.isMember === false && best.concept?.isInactive === true && best.isMemberIfInactive;
  if (isInactiveRefused) {
    issues.push(error('business-rule', 'code-rule', MESSAGES.inactiveRefused(given.code), elementAt(place, 'code')));
  }
  const isAbstractRefused = best.concept?.isAbstract === true && !rules.takesAbstract;
  return { ...shared, isMember: best.isMember === true && isAbstractRefused ? false : best.isMember, issues };
}

interface Reading {
  readonly system: CodeSystem;
  readonly concept: Concept | undefined;
  readonly listed: JsonObject | undefined;
  readonly display: string | undefined;
  readonly isMember: IsMember;
  readonly isMemberIfInactive: boolean;
}

/** The version in which the code is a member, and the display right; else the newest. */
async function bestReading(
  scope: Scope,
  plan: ValueSetPlan | undefined,
  systems: readonly CodeSystem[],
  includes: readonly Include[],
  given: GivenCoding,
): Promise<Reading | undefined> {
  let best: { readonly reading: Reading; readonly worth: number } | undefined;
  for (const system of systems) {
    const reading = await read(scope, plan, system, includes, given);
    const isShown = given.display === undefined || reading.concept?.display === given.display;
    const worth = (reading.isMember === true ? 2 : 0) + (isShown ? 1 : 0);
    if (best === undefined || worth > best.worth) best = { reading, worth };
  }
  return best?.reading;
}

async function read(
  scope: Scope,
  plan: ValueSetPlan | undefined,
  system: CodeSystem,
  includes: readonly Include[],
  given: GivenCoding,
): Promise<Reading> {
  const concept = (await system.find([given.code])).get(given.code);
  const listed = includes
    .map(({ concepts }) => concepts?.get(concept?.code ?? given.code))
    .find((each) => each !== undefined);
  const overruled = textAt(listed, 'display');
  const named = concept === undefined || overruled === undefined ? concept : { ...concept, display: overruled };
  const base = {
    system,
    concept,
    listed,
    display: named === undefined ? undefined : shownDisplay(system, named, scope.languages).display,
  };
  if (plan === undefined) {
    return { ...base, isMember: concept !== undefined || system.content === 'fragment', isMemberIfInactive: false };
  }
  const item = itemOf(given, system);
  const [isMember] = await matchPlan(scope, plan, [item]);
  const refuses = isMember === false && concept?.isInactive === true && (scope.isActiveOnly || !plan.takesInactive);
  const [wouldBe] = refuses
    ? await matchPlan({ ...scope, isActiveOnly: false }, { ...plan, takesInactive: true }, [item])
    : [false];
  return { ...base, isMember, isMemberIfInactive: wouldBe === true };
}

function itemOf({ system, code, version }: GivenCoding, read: CodeSystem | undefined) {
  return { system, code, version: read?.version ?? version };
}

function isOtherResource(scope: Scope, url: string): boolean {
  return isValueSet(scope, url) || scope.resources.isSupplement(url);
}

function isValueSet({ canonicals }: Scope, url: string): boolean {
  return canonicals.find('ValueSet', url) !== undefined && canonicals.find('CodeSystem', url) === undefined;
}

function systemProblems(scope: Scope, { system }: GivenCoding, place: CodingPlace): readonly Reported[] {
  const expression = elementAt(place, 'system');
  if (isValueSet(scope, system))
    return [error('invalid', 'invalid-data', MESSAGES.systemIsValueSet(system), expression)];
  if (scope.resources.isSupplement(system))
    return [error('invalid', 'invalid-data', MESSAGES.systemIsSupplement(system), expression)];
  if (/^[a-z][a-z0-9+.-]*:/i.test(system)) return [];
  return [error('invalid', 'invalid-data', MESSAGES.localSystem(), expression)];
}

function existenceProblems(
  { code }: GivenCoding,
  { system, concept }: Reading,
  place: CodingPlace,
): readonly Reported[] {
  const expression = elementAt(place, 'code');
  const { url, version } = system;
  if (concept === undefined) {
    return system.content === 'fragment'
      ? [note('warning', 'code-invalid', 'invalid-code', MESSAGES.unknownInFragment(code, url, version), expression)]
      : [error('code-invalid', 'invalid-code', MESSAGES.unknownCode(code, url, version), expression)];
  }
  if (concept.code === code || system.isCaseSensitive) return [];
  return [
    note(
      'information',
      'business-rule',
      'code-rule',
      MESSAGES.otherCase(code, concept.code, canonicalOf(url, version)),
      expression,
    ),
  ];
}

function conceptProblems(
  scope: Scope,
  plan: ValueSetPlan | undefined,
  given: GivenCoding,
  { system, concept, listed }: Reading,
  place: CodingPlace,
  rules: CodingRules,
): readonly Reported[] {
  if (concept === undefined) return [];
  const issues: Reported[] = [];
  if (concept.isAbstract && !rules.takesAbstract) {
    issues.push(
      error('business-rule', 'code-rule', MESSAGES.abstractCode(system.url, given.code), elementAt(place, 'code')),
    );
  }
  if (concept.isInactive) {
    issues.push(
      note(
        'warning',
        'business-rule',
        'code-comment',
        MESSAGES.inactive(given.code, concept.status),
        wholeOf(place),
        true,
      ),
    );
  } else if (concept.status === 'deprecated') {
    issues.push(note('warning', 'business-rule', 'code-comment', MESSAGES.deprecated(given.code), wholeOf(place)));
  }
  const status = listedStatus(listed);
  if (status !== undefined && plan !== undefined) {
    const message = MESSAGES.deprecatedInValueSet(given.code, system.url, plan.label, status);
    issues.push(note('warning', 'business-rule', 'code-comment', message, elementAt(place, 'code')));
  }
  if (given.display !== undefined) {
    const question = {
      system,
      concept,
      listed,
      given: given.display,
      languages: scope.languages,
      isLenient: rules.hasLenientDisplay,
      expression: elementAt(place, 'display'),
    };
    issues.push(...checkDisplay(question));
  }
  return issues;
}

const VALUE_SET_DEPRECATED = 'http://hl7.org/fhir/StructureDefinition/valueset-deprecated';

function listedStatus(listed: JsonObject | undefined): string | undefined {
  const deprecated = extensionsOf(listed, VALUE_SET_DEPRECATED)[0];
  if (deprecated?.valueBoolean === true || deprecated?.valueCode === 'true') return 'deprecated';
  const status = textAt(extensionsOf(listed, STANDARDS_STATUS)[0], 'valueCode');
  return status === 'deprecated' || status === 'withdrawn' ? status : undefined;
}
