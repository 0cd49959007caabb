import type { JsonObject, JsonValue } from '../../../server/kernel/json.ts';
import type { OutgoingRepetition } from '../../hl7/build-message.ts';
import { objectsOf, textOf, textsOf } from '../json.ts';

const NAME_TYPES: Readonly<Record<string, string | undefined>> = {
  usual: 'D',
  official: 'L',
  maiden: 'M',
  nickname: 'N',
  anonymous: 'MSK',
  old: 'BAD',
  temp: 'TEMP',
};

/** Family, given, further given, suffix, prefix: the parts that XPN and XCN share. */
export function nameParts({ family, given, suffix, prefix, text }: JsonObject): readonly string[] {
  const [first = '', ...further] = textsOf(given);
  const parts = [textOf(family), first, further.join(' '), textsOf(suffix).join(' '), textsOf(prefix).join(' ')];
  return parts.some((part) => part !== '') ? parts : [textOf(text)];
}

/** XPN of all names: those in use first. */
export function personNames(value: JsonValue | undefined): readonly OutgoingRepetition[] {
  const names = objectsOf(value);
  const isOld = ({ use }: JsonObject): boolean => use === 'old';
  return [...names.filter((name) => !isOld(name)), ...names.filter(isOld)].map((name) => {
    const [family = '', first = '', further = '', suffix = '', prefix = ''] = nameParts(name);
    return [family, first, further, suffix, prefix, '', NAME_TYPES[textOf(name.use)] ?? ''];
  });
}

const ADDRESS_TYPES: Readonly<Record<string, string | undefined>> = {
  home: 'H',
  work: 'B',
  temp: 'C',
  billing: 'BI',
  old: 'BA',
};

/** XAD. */
export function addresses(value: JsonValue | undefined): readonly OutgoingRepetition[] {
  return objectsOf(value).map(({ line, city, district, state, postalCode, country, use, text }) => {
    const [street = '', ...other] = textsOf(line);
    const isText = [street, city, state, postalCode, country].every((part) => textOf(part) === '');
    return [
      isText ? textOf(text) : street,
      other.join(', '),
      textOf(city),
      textOf(state),
      textOf(postalCode),
      textOf(country),
      ADDRESS_TYPES[textOf(use)] ?? '',
      '',
      textOf(district),
    ];
  });
}

/** XTN of telephones and mail addresses, as the official maps read them. */
export function telecoms(value: JsonValue | undefined, isWanted: (point: JsonObject) => boolean): OutgoingRepetition[] {
  return objectsOf(value)
    .filter(({ system }) => ['phone', 'email', 'fax', 'pager'].includes(textOf(system)))
    .filter(isWanted)
    .map(({ system, value: number, use }) => {
      const place = use === 'work' ? 'WPN' : use === 'mobile' ? 'PRS' : use === 'home' ? 'PRN' : '';
      if (system === 'email') return ['', use === 'work' ? 'WPN' : 'NET', 'Internet', textOf(number)];
      const kind = system === 'fax' ? 'FX' : system === 'pager' ? 'BP' : use === 'mobile' ? 'CP' : 'PH';
      return [textOf(number), place, kind];
    });
}
