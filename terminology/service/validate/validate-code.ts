import type { JsonObject } from '../../../server/kernel/json.ts';
import { textAt } from '../../resource/elements.ts';
import { matchPlan } from '../match.ts';
import type { Parameters } from '../parameters.ts';
import type { Scope } from '../scope.ts';
import { statusNotes } from '../status-notes.ts';
import type { ValueSetPlan } from '../value-set-plan.ts';
import { checkCoding, writtenCoding, type CheckedCoding } from './check-coding.ts';
import { allIncludes } from './included-systems.ts';
import { MESSAGES } from './messages.ts';
import { questionOf, type AskedSystem, type Question } from './question.ts';
import {
  elementAt,
  error,
  messageOf,
  note,
  reportedJson,
  wholeOf,
  type CodingPlace,
  type Reported,
} from './reported.ts';

/**
 * Whether codes are right, and in the value set when there is one: Parameters with `result`, `message`, `issues`, …
 * https://hl7.org/fhir/R4/valueset-operation-validate-code.html https://hl7.org/fhir/R4/codesystem-operation-validate-code.html
 * @param system of the CodeSystem flavour: the code system that a code without a system is of
 * @throws Fault `terminology.parameter` (400) when there is nothing to validate
 */
export async function validateCode(
  scope: Scope,
  plan: ValueSetPlan | undefined,
  parameters: Parameters,
  system?: AskedSystem,
): Promise<JsonObject> {
  const question = questionOf(parameters, system);
  // All at once, so that their questions to a code system become one.
  const answers = await Promise.all(
    question.codings.map(({ coding, place }) => answerFor(scope, plan, coding, place, question)),
  );
  return parametersOf(scope, plan, question, answers);
}

interface Answer {
  readonly coding: JsonObject;
  readonly checked: CheckedCoding | undefined;
  readonly issues: readonly Reported[];
}

async function answerFor(
  scope: Scope,
  plan: ValueSetPlan | undefined,
  coding: JsonObject,
  place: CodingPlace,
  { rules, infersSystem, codeableConcept }: Question,
): Promise<Answer> {
  const code = textAt(coding, 'code') ?? '';
  const written = { code, version: textAt(coding, 'version'), display: textAt(coding, 'display') };
  let system = textAt(coding, 'system');
  if (system === undefined && infersSystem && plan !== undefined) {
    const inferred = await inferSystem(scope, plan, code, place);
    if (typeof inferred !== 'string')
      return { coding, checked: undefined, issues: [notMember(plan, `#${code}`, place, codeableConcept), inferred] };
    system = inferred;
  }
  if (system === undefined) {
    const issues = [note('warning', 'invalid', 'invalid-data', MESSAGES.noSystem(), wholeOf(place), true)];
    if (plan !== undefined)
      issues.push(notMember(plan, writtenCoding({ system: '', ...written }), place, codeableConcept));
    return { coding, checked: undefined, issues };
  }
  const given = { system, ...written };
  const checked = await checkCoding(scope, plan, given, place, rules);
  const issues = [...checked.issues];
  if (checked.isMember === false && plan !== undefined && scope.usage.unknownValueSets.size === 0) {
    issues.push(notMember(plan, writtenCoding(given), place, codeableConcept));
  }
  const isUntold = checked.isMember === undefined && checked.unknownSystems.length === 0;
  if (isUntold && plan !== undefined && scope.usage.unknownSystems.size > 0) {
    const message = MESSAGES.notCheckable(plan.label, [...scope.usage.unknownSystems]);
    issues.push(note('warning', 'not-found', 'vs-invalid', message, undefined, true));
  }
  return { coding, checked, issues };
}

async function inferSystem(
  scope: Scope,
  plan: ValueSetPlan,
  code: string,
  place: CodingPlace,
): Promise<string | Reported> {
  const systems = [...new Set(allIncludes(scope, plan).flatMap(({ system }) => system ?? []))];
  const matched = await matchPlan(
    scope,
    plan,
    systems.map((system) => ({ system, code })),
  );
  const candidates = systems.filter((_, index) => matched[index] === true);
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  const message =
    candidates.length === 0
      ? MESSAGES.noneOfSystems(code, plan.label, systems)
      : MESSAGES.severalSystems(code, plan.label, candidates);
  return error('not-found', 'cannot-infer', message, elementAt(place, 'code'));
}

function notMember(
  plan: ValueSetPlan,
  written: string,
  place: CodingPlace,
  codeableConcept: JsonObject | undefined,
): Reported {
  const message = MESSAGES.notInValueSet(written, plan.label);
  const expression = elementAt(place, 'code');
  return codeableConcept === undefined
    ? error('code-invalid', 'not-in-vs', message, expression)
    : note('information', 'code-invalid', 'this-code-not-in-vs', message, expression);
}

function parametersOf(
  scope: Scope,
  plan: ValueSetPlan | undefined,
  question: Question,
  answers: readonly Answer[],
): JsonObject {
  const reported = answers.flatMap(({ issues }) => issues);
  const imports = [...scope.usage.unknownValueSets].map((text) =>
    error('not-found', 'not-found', MESSAGES.valueSetNotFound(text)),
  );
  reported.push(...imports);
  const isConcept = question.codeableConcept !== undefined;
  const isBlocked =
    imports.length > 0 || answers.some(({ checked }) => checked !== undefined && checked.isMember === undefined);
  const member = answers.find(({ checked }) => checked?.isMember === true);
  if (member === undefined && isConcept && plan !== undefined && !isBlocked) {
    reported.push(error('code-invalid', 'not-in-vs', MESSAGES.noValidCoding(plan.label)));
  }
  for (const { status, type, canonical } of statusNotes(scope, plan?.resource)) {
    reported.push(
      note('information', 'business-rule', 'status-check', MESSAGES.reference(status, type, canonical), undefined),
    );
  }
  const hasErrors = reported.some(({ issue }) => issue.severity === 'error' || issue.severity === 'fatal');
  const shown = isConcept ? member : answers[0];
  const result: JsonObject[] = [{ name: 'result', valueBoolean: member !== undefined && !hasErrors }];
  const message = messageOf(reported);
  if (message !== undefined) result.push({ name: 'message', valueString: message });
  if (shown !== undefined) result.push(...codeParameters(shown));
  if (question.codeableConcept !== undefined) {
    result.push({ name: 'codeableConcept', valueCodeableConcept: question.codeableConcept });
  }
  result.push(...unknownSystems(scope, answers, isBlocked));
  if (question.hasDiagnostics) {
    const { systems, valueSets, supplements } = scope.usage;
    const used = [...systems.keys(), ...valueSets.keys(), ...supplements];
    result.push({ name: 'diagnostics', valueString: `Answered from: ${used.join(', ')}` });
  }
  if (reported.length > 0) result.push({ name: 'issues', resource: reportedJson(reported) });
  return { resourceType: 'Parameters', parameter: result };
}

function codeParameters({ coding, checked }: Answer): readonly JsonObject[] {
  const result: JsonObject[] = [{ name: 'code', valueCode: textAt(coding, 'code') }];
  const url = checked?.given.system ?? textAt(coding, 'system');
  if (url !== undefined) result.push({ name: 'system', valueUri: url });
  if (checked === undefined) return result;
  const { system, concept, display } = checked;
  if (system?.version !== undefined) result.push({ name: 'version', valueString: system.version });
  if (display !== undefined) result.push({ name: 'display', valueString: display });
  if (concept === undefined) return result;
  if (concept.code !== checked.given.code) result.push({ name: 'normalized-code', valueCode: concept.code });
  if (concept.isInactive) result.push({ name: 'inactive', valueBoolean: true });
  if (concept.isInactive && concept.status !== undefined && concept.status !== 'inactive') {
    result.push({ name: 'status', valueCode: concept.status });
  }
  return result;
}

function unknownSystems({ usage }: Scope, answers: readonly Answer[], isBlocked: boolean): readonly JsonObject[] {
  const named = new Map<string, string>();
  for (const { checked } of answers) {
    for (const canonical of checked?.unknownSystems ?? []) {
      named.set(canonical, checked?.isUnknownInValueSet === true ? 'x-caused-by-unknown-system' : 'x-unknown-system');
    }
  }
  if (isBlocked) for (const canonical of usage.unknownSystems) named.set(canonical, 'x-caused-by-unknown-system');
  return [...named].map(([canonical, name]) => ({ name, valueCanonical: canonical }));
}
