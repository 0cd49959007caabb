import type { OfTypeTest, TokenTest } from '../tree.ts';
import { badValue } from './search-faults.ts';
import { splitAt, unescape } from './split-value.ts';

/** `code`, `system|code`, `|code`, `system|`. https://hl7.org/fhir/R4/search.html#token */
export function tokenTest(label: string, value: string): TokenTest {
  const parts = splitAt(value, '|');
  const [first = '', second = ''] = parts;
  if (parts.length === 1) return { is: 'token', system: undefined, code: unescape(first) };
  if (parts.length > 2 || (first === '' && second === '')) {
    throw badValue(
      label,
      value,
      'Give code, system|code, |code (without a system) or system| (any code), for example http://loinc.org|8480-6. ' +
        'A "|" that is part of the code is written \\|.',
    );
  }
  return { is: 'token', system: unescape(first), code: second === '' ? undefined : unescape(second) };
}

/** `identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|446053` */
export function ofTypeTest(label: string, value: string): OfTypeTest {
  const [system = '', code = '', identifier = '', ...rest] = splitAt(value, '|').map(unescape);
  if (code === '' || identifier === '' || rest.length > 0) {
    throw badValue(
      label,
      value,
      'Give system|code|value: system and code of Identifier.type and the value of the identifier, ' +
        'for example http://terminology.hl7.org/CodeSystem/v2-0203|MR|446053.',
    );
  }
  return { is: 'of-type', system: system === '' ? undefined : system, code, value: identifier };
}
