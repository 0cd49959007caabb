import { isObject, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';

/** What a template of the suite is read with. */
export interface TemplateRules {
  /** `4.0.1` */
  readonly fhirVersion: string;
  readonly modes: ReadonlySet<string>;
  /** The template names the least that must be there. */
  readonly isMinimum: boolean;
}

const KINDS: Readonly<Record<string, RegExp>> = {
  $$: /^[^]*$/,
  $id$: /^[A-Za-z0-9.-]{1,64}$/,
  $uuid$: /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  $url$: /^[a-z][a-z0-9+.-]*:\S+$/i,
  $token$: /^\S+$/,
  $string$: /^\S([^]*\S)?$/,
  $date$: /^\d{4}(-\d\d(-\d\d(T\S+)?)?)?$/,
  $instant$: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  $semver$: /^\d+\.\d+\.\d+\S*$/,
};

/**
 * The first difference between a template and what a server answered; undefined: none. Arrays have no order.
 * https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/testcases.html
 */
export function difference(
  expected: JsonValue,
  actual: JsonValue,
  rules: TemplateRules,
  path = '',
): string | undefined {
  if (Array.isArray(expected)) {
    return Array.isArray(actual) ? arrayDifference(expected, actual, rules, path) : `${path}: an array is expected`;
  }
  if (isObject(expected)) {
    return isObject(actual) ? objectDifference(expected, actual, rules, path) : `${path}: an object is expected`;
  }
  if (typeof expected === 'string' && typeof actual === 'string') {
    return fits(expected, actual, rules) ? undefined : `${path}: '${actual}' instead of '${expected}'`;
  }
  return expected === actual ? undefined : `${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
}

// The deprecated twin of `expression`: templates have it or not, and the reference server passes both.
const NOT_COMPARED: ReadonlySet<string> = new Set(['location']);

function objectDifference(
  expected: JsonObject,
  actual: JsonObject,
  rules: TemplateRules,
  path: string,
): string | undefined {
  const optional = namesAt(expected, '$optional-properties$');
  const counted = namesAt(expected, '$count-arrays$');
  for (const key of Object.keys(actual)) {
    if (rules.isMinimum) break;
    if (actual[key] !== undefined && expected[key] === undefined && !NOT_COMPARED.has(key))
      return `${path}.${key} is not expected`;
  }
  for (const [key, value] of Object.entries(expected)) {
    if (key.startsWith('$') || value === undefined || NOT_COMPARED.has(key)) continue;
    const given = actual[key];
    if (given === undefined) {
      if (optional.has(key) || optional.has('*') || isAllOptional(value, rules)) continue;
      return `${path}.${key} is missing`;
    }
    const found =
      counted.has(key) && Array.isArray(value) && Array.isArray(given)
        ? value.length === given.length
          ? undefined
          : `${path}.${key}: ${given.length} instead of ${value.length}`
        : difference(value, given, rules, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function arrayDifference(
  expected: readonly JsonValue[],
  actual: readonly JsonValue[],
  rules: TemplateRules,
  path: string,
): string | undefined {
  const open = new Set(expected.keys());
  for (const [index, item] of actual.entries()) {
    const match = [...open].find((at) => difference(expected[at] ?? null, item, rules) === undefined);
    if (match === undefined && rules.isMinimum) continue;
    if (match === undefined) {
      const near = [...open].find((at) => isAlike(expected[at], item));
      const place = `${path}[${index}]`;
      return (
        (near === undefined ? undefined : difference(expected[near] ?? null, item, rules, place)) ??
        `${place} is not expected: ${JSON.stringify(item).slice(0, 400)}`
      );
    }
    open.delete(match);
  }
  const missing = [...open].find((at) => !isOptional(expected[at] ?? null, rules));
  return missing === undefined ? undefined : `${path}: missing ${JSON.stringify(expected[missing]).slice(0, 400)}`;
}

function isAlike(expected: JsonValue | undefined, actual: JsonValue): boolean {
  if (!isObject(expected) || !isObject(actual)) return false;
  return expected.name === actual.name && expected.code === actual.code && expected.severity === actual.severity;
}

function fits(expected: string, actual: string, { fhirVersion }: TemplateRules): boolean {
  const kind = KINDS[expected];
  if (kind !== undefined) return kind.test(actual);
  const choice = /^\$choice:(.*)\$$/s.exec(expected)?.[1];
  if (choice !== undefined) return choice.split('|').includes(actual);
  const fragments = /^\$fragments:(.*)\$$/s.exec(expected)?.[1];
  if (fragments !== undefined) return hasAll(actual, fragments.split('|'));
  // The server words the message as it likes; what it is about must be in it.
  const external = /^\$external:\d+(?::(.*))?\$$/s.exec(expected);
  if (external !== null) return hasAll(actual, external[1] === undefined ? [] : [external[1]]);
  return expected.replaceAll('$version$', fhirVersion) === actual;
}

function hasAll(text: string, fragments: readonly string[]): boolean {
  return fragments.every((fragment) => text.toLowerCase().includes(fragment.toLowerCase()));
}

function isAllOptional(value: JsonValue, rules: TemplateRules): boolean {
  return Array.isArray(value) ? value.every((item) => isOptional(item, rules)) : isOptional(value, rules);
}

function isOptional(value: JsonValue, { fhirVersion, modes }: TemplateRules): boolean {
  const rule = isObject(value) ? value.$optional$ : undefined;
  if (typeof rule === 'boolean') return rule;
  if (typeof rule !== 'string') return false;
  if (rule.startsWith('warning:')) return true;
  if (rule.startsWith('version:')) return fhirVersion.startsWith(rule.slice('version:'.length));
  return rule.startsWith('!') ? !modes.has(rule.slice(1)) : !modes.has(rule);
}

function namesAt(template: JsonObject, key: string): ReadonlySet<string> {
  const names = template[key];
  return new Set(Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []);
}
