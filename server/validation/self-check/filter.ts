import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { CodedValue } from '../code-checker.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import { askCodesOf } from './coded-list.ts';

/** They work on every code system. https://hl7.org/fhir/R4/codesystem.html#defined-props */
const STANDARD: Readonly<Record<string, 'code' | 'boolean' | 'text'>> = {
  concept: 'code',
  code: 'code',
  parent: 'code',
  child: 'code',
  inactive: 'boolean',
  notSelectable: 'boolean',
  status: 'text',
  display: 'text',
};
const NAMES_CONCEPT = ['is-a', 'descendent-of', 'is-not-a', 'generalizes'];

/** A filter of an include; the path leads to it. `value` is its value as a code of the system. */
export function checkFilter(
  filter: JsonObject,
  value: CodedValue,
  codeSystem: JsonObject | undefined,
  walk: Walk,
): void {
  const property = String(filter.property);
  const op = String(filter.op);
  const declared = codeSystem === undefined ? undefined : declarationOf(property, codeSystem);
  if (codeSystem !== undefined && declared === undefined) {
    const known = knownProperties(codeSystem).join(', ');
    const text = `${String(codeSystem.url)} has no property or filter "${shown(property)}". It has: ${known}.`;
    addIssueAt(walk, ['property'], 'not-supported', text, 'warning');
    return;
  }
  if (declared?.operators !== undefined && !declared.operators.includes(op)) {
    const text = `The filter "${shown(property)}" takes no ${shown(op)}. Expected is one of ${declared.operators.join(', ')}.`;
    addIssueAt(walk, ['op'], 'not-supported', text);
  }
  if (op === 'exists' || declared?.type === 'boolean') {
    if (filter.value === 'true' || filter.value === 'false') return;
    addIssueAt(walk, ['value'], 'value', `"${shown(String(filter.value))}" is no boolean. Expected is true or false.`);
  } else if (NAMES_CONCEPT.includes(op)) {
    askCodesOf([value], walk, (problems, later) => {
      for (const { about, text } of problems) if (about === 'code') addIssueAt(later, ['value'], 'code-invalid', text);
    });
  } else if (op === 'regex') checkRegex(String(filter.value), walk);
}

interface Declaration {
  readonly type: string;
  /** Undefined: any. */
  readonly operators: readonly string[] | undefined;
}

function declarationOf(property: string, codeSystem: JsonObject): Declaration | undefined {
  const filter = listOf(codeSystem.filter).find(({ code }) => code === property);
  const declared = listOf(codeSystem.property).find(({ code }) => code === property);
  const standard = Object.hasOwn(STANDARD, property) ? STANDARD[property] : undefined;
  const type = declared === undefined ? standard : String(declared.type);
  if (type === undefined && filter === undefined) return undefined;
  const operators = Array.isArray(filter?.operator) ? filter.operator.map(String) : undefined;
  return { type: type ?? 'text', operators };
}

function knownProperties({ filter, property }: JsonObject): readonly string[] {
  const declared = [...listOf(filter), ...listOf(property)].map(({ code }) => String(code));
  return [...new Set([...declared, ...Object.keys(STANDARD)])];
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]).filter((item) => isObject(item)) : [];
}

function checkRegex(pattern: string, walk: Walk): void {
  try {
    new RegExp(pattern);
  } catch {
    addIssueAt(
      walk,
      ['value'],
      'value',
      `"${shown(pattern)}" is no regular expression. Expected is one such as [A-Z][0-9]+.`,
    );
  }
}
