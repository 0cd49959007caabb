import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, parseJson, type JsonObject } from '../../../server/kernel/json.ts';
import { objectsAt, textAt, textsAt } from '../../../terminology/resource/elements.ts';
import type { SuiteResult } from '../suite-result.ts';
import { r5Form } from './r5-form.ts';
import { difference, type TemplateRules } from './template.ts';

/** Least share of the cases of a mode that must agree. */
const GOAL = 0.95;

export interface TerminologyCall {
  /** `expand`, `validate-code`, `cs-validate-code`, `lookup`, `translate`, `batch-validate`, `term-caps`, … */
  readonly operation: string;
  readonly parameters: readonly JsonObject[];
  readonly acceptLanguage: string | undefined;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A server that knows what a suite sets up. */
export interface CasesServer {
  /** Undefined: it does not have the operation. */
  call(call: TerminologyCall): Promise<{ readonly status: number; readonly resource: JsonObject } | undefined>;
}

/**
 * Runs the cases of the HL7 terminology ecosystem suite that a mode asks for.
 * https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/testcases.html
 * @param folder where test-cases.json is
 * @param open a server that holds the resources which a suite sets up
 */
export async function runTerminologyCases(
  folder: string,
  mode: string,
  open: (setup: readonly JsonObject[]) => CasesServer,
): Promise<SuiteResult> {
  const rules: TemplateRules = { fhirVersion: '4.0.1', modes: new Set([mode]), isMinimum: false };
  const parts: [string, number, number][] = [];
  const differences: string[] = [];
  for (const suite of objectsAt(readJson(join(folder, 'test-cases.json')), 'suites')) {
    const tests = objectsAt(suite, 'tests').filter(
      (test) => (test.mode ?? suite.mode ?? mode) === mode && isForR4(test),
    );
    if (tests.length === 0) continue;
    const server = open(textsAt(suite, 'setup').map((file) => readJson(join(folder, file))));
    const name = textAt(suite, 'name') ?? '';
    let agreed = 0;
    for (const test of tests) {
      const reason = await failureOf(folder, server, test, rules);
      if (reason === undefined) agreed += 1;
      else differences.push(`${name}/${textAt(test, 'name') ?? ''}: ${reason}`);
    }
    parts.push([name, tests.length, agreed]);
  }
  const cases = parts.reduce((sum, [, count]) => sum + count, 0);
  return { name: `terminology ${mode}`, cases, agreed: cases - differences.length, goal: GOAL, differences, parts };
}

async function failureOf(
  folder: string,
  server: CasesServer,
  test: JsonObject,
  rules: TemplateRules,
): Promise<string | undefined> {
  const operation = textAt(test, 'operation') ?? '';
  const parameters = ['request', 'profile'].flatMap((key) => {
    const file = textAt(test, key);
    return file === undefined ? [] : objectsAt(readJson(join(folder, file)), 'parameter');
  });
  const header = isObject(test.header) ? test.header : undefined;
  const headers = header === undefined ? {} : { [String(header.name).toLowerCase()]: String(header.value) };
  const answer = await server.call({ operation, parameters, acceptLanguage: textAt(test, 'Accept-Language'), headers });
  if (answer === undefined) return `there is no operation ${operation}`;
  const expectedStatus = textAt(test, 'http-code') ?? '200';
  const templates = ['response', 'response2'].flatMap((key) => textAt(test, key) ?? []);
  const compared = { ...rules, isMinimum: operation === 'term-caps' };
  const reasons = templates.map((file) => difference(readJson(join(folder, file)), r5Form(answer.resource), compared));
  if (reasons.includes(undefined)) {
    return new RegExp(`^${expectedStatus.replaceAll('x', '\\d')}$`).test(String(answer.status))
      ? undefined
      : `status ${answer.status} instead of ${expectedStatus}`;
  }
  return reasons[0];
}

function isForR4({ version }: JsonObject): boolean {
  if (typeof version !== 'string') return true;
  const isR4 = version.replace('!', '').startsWith('4.0');
  return version.startsWith('!') ? !isR4 : isR4;
}

function readJson(file: string): JsonObject {
  const json = parseJson(readFileSync(file, 'utf8'));
  if (!isObject(json)) throw new Error(`${file} holds no JSON object`);
  return json;
}
