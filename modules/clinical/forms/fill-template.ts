import { setDecimal, type AnyResource, type EvaluateFhirPath, type FhirPathValue } from '#sdk';
import { narrativeOfText } from '../documents/narrative.ts';
import { faults } from '../faults.ts';
import { EXTRACT_CONTEXT, EXTRACT_VALUE } from './sdc.ts';

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [name: string]: Json;
}

/** What the expressions of a part of a template are evaluated on. */
type Scope = AnyResource | FhirPathValue;

interface Directives {
  readonly context: string | undefined;
  readonly value: string | undefined;
  /** What else the element has as extensions. */
  readonly others: readonly Json[];
}

/**
 * A copy of a template whose parts are filled by FHIRPath: `templateExtractContext` says on what a part and everything in
 * it is evaluated (once for each value, not at all without one), `templateExtractValue` what stands in its place. A text
 * that takes the place of a Narrative becomes its paragraphs, escaped.
 * https://hl7.org/fhir/uv/sdc/extraction.html#template-based-extraction
 * @throws Fault 422 for an expression that cannot be evaluated
 */
export function fillTemplate(template: object, scope: Scope, evaluate: EvaluateFhirPath): object | undefined {
  return filled(template as JsonObject, scope, evaluate)[0] as object | undefined;
}

/** None, one or, where there are several contexts or values, more. */
function filled(node: JsonObject, scope: Scope, evaluate: EvaluateFhirPath): readonly Json[] {
  const { context, value, others } = directivesOf(node);
  const scopes = context === undefined ? [scope] : evaluate(context, scope);
  return scopes.flatMap((each): readonly Json[] => {
    if (value === undefined) return membersFilled(node, others, each, evaluate);
    return evaluate(value, each).map((found) =>
      'div' in node && typeof found.value === 'string' ? { ...narrativeOfText(found.value) } : (found.value as Json),
    );
  });
}

function membersFilled(
  node: JsonObject,
  extensions: readonly Json[],
  scope: Scope,
  evaluate: EvaluateFhirPath,
): readonly JsonObject[] {
  // A copy keeps how the decimals of the template are written.
  let copy: Record<string, Json | undefined> = { ...node };
  const names = new Set(Object.keys(node).map((name) => name.replace(/^_/, '')));
  for (const name of names) {
    const child = name === 'extension' ? extensions : node[name];
    const twin = node[`_${name}`];
    if (isObject(twin)) copy = withPrimitive(copy, name, twin, scope, evaluate);
    else if (Array.isArray(child))
      copy[name] = ifAny(child.flatMap((each: Json) => (isObject(each) ? filled(each, scope, evaluate) : [each])));
    else if (isObject(child)) copy[name] = single(name, filled(child, scope, evaluate));
  }
  const present = Object.entries(copy).filter(([, each]) => each !== undefined);
  for (const [name, each] of Object.entries(copy)) if (each === undefined) Reflect.deleteProperty(copy, name);
  return present.length === 0 ? [] : [copy as JsonObject];
}

/** A primitive whose extensions stand beside it: https://hl7.org/fhir/R4/json.html#primitive */
function withPrimitive(
  parent: Record<string, Json | undefined>,
  name: string,
  twin: JsonObject,
  scope: Scope,
  evaluate: EvaluateFhirPath,
): Record<string, Json | undefined> {
  const { context, value, others } = directivesOf(twin);
  const { extension: _, ...rest } = twin;
  const kept = others.length === 0 ? rest : { ...rest, extension: others };
  const copy = { ...parent, [`_${name}`]: Object.keys(kept).length === 0 ? undefined : kept };
  if (context === undefined && value === undefined) return copy;
  const on = context === undefined ? scope : single(name, evaluate(context, scope));
  const found = on === undefined || value === undefined ? undefined : single(name, evaluate(value, on));
  if (found === undefined) return on === undefined || value !== undefined ? { ...copy, [name]: undefined } : copy;
  if (isDecimal(found)) return setDecimal(copy, name, String(found.value));
  return { ...copy, [name]: found.value as Json };
}

function directivesOf({ extension }: JsonObject): Directives {
  const all: readonly Json[] = Array.isArray(extension) ? extension : [];
  const textOf = (url: string): string | undefined => {
    const found = all.filter(isObject).find((each) => each.url === url)?.valueString;
    return typeof found === 'string' ? found : undefined;
  };
  const others = all.filter((each) => !isObject(each) || (each.url !== EXTRACT_CONTEXT && each.url !== EXTRACT_VALUE));
  return { context: textOf(EXTRACT_CONTEXT), value: textOf(EXTRACT_VALUE), others };
}

/** FHIRPath gives decimals as the text of their digits. */
export function isDecimal({ type, value }: FhirPathValue): boolean {
  return /(?:^|\.)decimal$/i.test(type) && typeof value === 'string';
}

/** @throws Fault 422 for several values where one may stand */
function single<T>(name: string, values: readonly T[]): T | undefined {
  if (values.length > 1) throw faults.templateSeveral(name);
  return values[0];
}

function ifAny(values: readonly Json[]): readonly Json[] | undefined {
  return values.length === 0 ? undefined : values;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
