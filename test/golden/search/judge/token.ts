import { field, list, text } from './json.ts';
import { plain, split } from './split.ts';
import { folded } from './string.ts';
import type { Value } from './values.ts';

interface Token {
  readonly system: string | undefined;
  readonly code: string | undefined;
}

/** https://hl7.org/fhir/R4/search.html#token */
export function tokenMatches(value: Value, impliedSystem: string | undefined, wanted: string): boolean {
  const parts = split(wanted, '|').map(plain);
  return tokensOf(value, impliedSystem).some(({ system, code }) => {
    const [first, second] = parts;
    if (second === undefined) return code === first;
    if (first === '') return system === undefined && code === second;
    return system === first && (second === '' || code === second);
  });
}

function tokensOf({ type, data }: Value, implied: string | undefined): readonly Token[] {
  if (typeof data === 'string' || typeof data === 'boolean' || typeof data === 'number') {
    return [{ system: implied, code: String(data) }];
  }
  switch (type) {
    case 'CodeableConcept':
      return list(data, 'coding').map((coding) => ({ system: text(coding, 'system'), code: text(coding, 'code') }));
    case 'Coding':
      return [{ system: text(data, 'system'), code: text(data, 'code') }];
    case 'Identifier':
    case 'ContactPoint':
      return [{ system: text(data, 'system'), code: text(data, 'value') }];
    default:
      return [];
  }
}

/** `system|code|value` of an Identifier's type. */
export function ofTypeMatches({ data }: Value, wanted: string): boolean {
  const [system = '', code = '', value = ''] = split(wanted, '|').map(plain);
  const types = list(field(data, 'type'), 'coding');
  return (
    text(data, 'value') === value &&
    types.some((type) => text(type, 'system') === system && text(type, 'code') === code)
  );
}

/** The text of concepts, displays and types begins with the words, at the start or behind a space. */
export function textMatches({ type, data }: Value, wanted: string): boolean {
  const texts =
    type === 'Identifier'
      ? [text(field(data, 'type'), 'text')]
      : [text(data, 'text'), text(data, 'display'), ...list(data, 'coding').map((coding) => text(coding, 'display'))];
  return texts.some((found) => found !== undefined && ` ${folded(found)}`.includes(` ${folded(plain(wanted))}`));
}
