import { fault, type Fault, type IssueType } from '../../kernel/fault.ts';
import type { SearchParam, SearchRegistry } from '../registry-types.ts';

const MAX_QUOTED = 80;

/** What the client sent, short enough for an error text. */
export function quoted(text: string): string {
  return text.length > MAX_QUOTED ? `"${text.slice(0, MAX_QUOTED).toWellFormed()}…"` : `"${text}"`;
}

function named(label: string): string {
  return `http.${label.slice(0, MAX_QUOTED).toWellFormed()}`;
}

/** @param label the parameter's whole name as sent, e.g. `subject:Patient.birthdate` */
export function badValue(label: string, value: string, expected: string, type: IssueType = 'value'): Fault {
  return fault(
    'search.badValue',
    400,
    type,
    `${quoted(value)} is no value for ${quoted(label)}. ${expected}`,
    named(label),
  );
}

export function badModifier(label: string, modifier: string, allowed: readonly string[]): Fault {
  const list = allowed.length === 0 ? 'It takes none.' : `It takes ${allowed.map((name) => `:${name}`).join(', ')}.`;
  const text = `${quoted(label)}: the modifier ${quoted(modifier)} is not supported here. ${list}`;
  return fault('search.badModifier', 400, 'not-supported', text, named(label));
}

export function badParameter(label: string, text: string, type: IssueType = 'not-supported'): Fault {
  return fault('search.badParameter', 400, type, `${quoted(label)}: ${text}`, named(label));
}

export function unknownParameter(label: string, code: string, type: string, known: readonly string[]): Fault {
  const text = `${type} has no search parameter ${quoted(code)}. Supported are ${known.join(', ')}.`;
  return fault('search.unknownParameter', 400, 'not-supported', text, named(label));
}

/** 409 and not 503: the server is well, only this parameter is not ready, and a proxy must not take it out of service. */
export function assertReady(param: SearchParam): void {
  if (param.status === 'active') return;
  const { resourceType, code, progress = 0 } = param;
  const text = `The search parameter ${code} of ${resourceType} is being indexed: ${progress} % done. Try again later.`;
  throw fault('search.indexing', 409, 'transient', text, named(code), { headers: { 'Retry-After': '30' } });
}

/** Codes of a type's parameters for error texts. */
export function codesOf(registry: SearchRegistry, type: string, wanted?: SearchParam['type']): readonly string[] {
  const params = registry.params(type);
  return (wanted === undefined ? params : params.filter((param) => param.type === wanted)).map((param) => param.code);
}
