import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { nameAssemblyOrder, nameType } from '../codes/patient-codes.ts';
import { append, filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';
import { code } from './concept.ts';
import { dateTime } from './date-time.ts';

/** Where XPN, XCN, PPN and CNN have the parts of a name. */
interface NameParts {
  readonly family: number;
  readonly given: number;
  readonly middle: number;
  readonly suffix: number;
  readonly prefix: number;
  readonly degree: number;
  readonly type?: number;
  readonly validity?: number;
  readonly order?: number;
  readonly start?: number;
  readonly end?: number;
  readonly professionalSuffix?: number;
}

const XPN: NameParts = {
  family: 1,
  given: 2,
  middle: 3,
  suffix: 4,
  prefix: 5,
  degree: 6,
  type: 7,
  validity: 10,
  order: 11,
  start: 12,
  end: 13,
  professionalSuffix: 14,
};
const XCN: NameParts = {
  family: 2,
  given: 3,
  middle: 4,
  suffix: 5,
  prefix: 6,
  degree: 7,
  type: 10,
  validity: 17,
  order: 18,
  start: 19,
  end: 20,
  professionalSuffix: 21,
};
const CNN: NameParts = { family: 2, given: 3, middle: 4, suffix: 5, prefix: 6, degree: 7 };

/** XPN. What a person is called by (XPN.15) is a name of its own. https://hl7.org/fhir/R4/datatypes.html#HumanName */
export function humanNames(value: Value, draft: MappingDraft): readonly JsonObject[] {
  const name = nameOf(value, draft, XPN);
  const calledBy = value.text(15);
  const nickname = calledBy === '' ? [] : [{ use: 'nickname', given: [calledBy] }];
  return name === undefined ? nickname : [name, ...nickname];
}

/** XPN where FHIR has one name. */
export function humanName(value: Value, draft: MappingDraft): JsonObject | undefined {
  return nameOf(value, draft, XPN);
}

/** The name in XCN (and PPN, whose parts stand in the same places). */
export function nameOfXcn(value: Value, draft: MappingDraft): JsonObject | undefined {
  return nameOf(value, draft, XCN);
}

/** The name in CNN. */
export function nameOfCnn(value: Value, draft: MappingDraft): JsonObject | undefined {
  return nameOf(value, draft, CNN);
}

/** XPN where FHIR has a text: `ADAM A EVERYMAN`, family name last. */
export function nameText(value: Value): string | undefined {
  const text = [5, 2, 3, 1, 4]
    .map((part) => (part === 1 ? value.part(1).text(1) : value.text(part)))
    .filter((part) => part !== '')
    .join(' ');
  return text === '' ? undefined : text;
}

function nameOf(value: Value, draft: MappingDraft, parts: NameParts): JsonObject | undefined {
  const text = (part: number | undefined): string => (part === undefined ? '' : value.text(part));
  const family = value.part(parts.family);
  const given = [...words(text(parts.given)), ...words(text(parts.middle))];
  const suffix = [text(parts.suffix), text(parts.degree), text(parts.professionalSuffix)].filter((each) => each !== '');
  const prefix = text(parts.prefix);
  const name = filled({
    family: family.text(1),
    given: given.length === 0 ? undefined : given,
    prefix: prefix === '' ? undefined : [prefix],
    suffix: suffix.length === 0 ? undefined : suffix,
  });
  if (name === undefined) return undefined;
  const kept = familyParts(family);
  if (kept !== undefined) name._family = kept;
  putUse(name, value, parts.type);
  const period = periodOf(value, draft, parts);
  if (period !== undefined) name.period = period;
  const order = parts.order === undefined ? undefined : code(value.part(parts.order), draft, nameAssemblyOrder);
  if (order !== undefined)
    append(name, 'extension', { url: coreExtension('humanname-assembly-order'), valueCode: order });
  return name;
}

/** One text a name: `Hans Peter` may be one name, so it is not split. */
function words(text: string): readonly string[] {
  return text === '' ? [] : [text];
}

/** A type for which FHIR has no use stays unread: what people are called by is not worth a question. */
function putUse(name: JsonObject, value: Value, part: number | undefined): void {
  if (part === undefined) return;
  const use = nameType.lookup(value.peek(part));
  if (use === undefined) return;
  value.text(part);
  if (use !== null) name.use = use.code;
}

/** FN.2–5: own name and prefix, the partner's. */
function familyParts(family: Value): JsonObject | undefined {
  const parts = [
    ['humanname-own-prefix', family.text(2)],
    ['humanname-own-name', family.text(3)],
    ['humanname-partner-prefix', family.text(4)],
    ['humanname-partner-name', family.text(5)],
  ] as const;
  const extension = parts
    .filter(([, text]) => text !== '')
    .map(([name, text]) => ({ url: coreExtension(name), valueString: text }));
  return extension.length === 0 ? undefined : { extension };
}

function periodOf(value: Value, draft: MappingDraft, { validity, start, end }: NameParts): JsonObject | undefined {
  if (validity === undefined || start === undefined || end === undefined) return undefined;
  return filled({
    start: dateTime(value.part(start), draft) ?? dateTime(value.part(validity).part(1), draft),
    end: dateTime(value.part(end), draft) ?? dateTime(value.part(validity).part(2), draft),
  });
}
