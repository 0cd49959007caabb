import type { JsonObject, JsonValue } from '../../../server/kernel/json.ts';
import { CANONICAL, coreExtension, IDENTIFIER_TYPES, ownExtension } from '../canonical.ts';
import { isKnownTarget } from '../codes/coding-systems.ts';
import { filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';
import { date, dateTime } from './date-time.ts';

/** A code of HL7 table 0203: `MR`, `VN`, `PLAC`. */
export function identifierType(code: string): JsonObject {
  return isKnownTarget(IDENTIFIER_TYPES, code) ? { coding: [{ system: IDENTIFIER_TYPES, code }] } : { text: code };
}

/**
 * The partner's own numbering of one kind, for numbers that it sends without an assigner: they are unique among its own
 * numbers of the kind only. Not for patients: a number of a patient without assigner is no identity.
 * @param kind `visit`, `appointment`
 */
export function ownSystem({ context }: MappingDraft, kind: string): string {
  return `${CANONICAL}/hl7/${encodeURIComponent(context.partner)}/${kind}`;
}

/** HD, as a component or a field: the URI of an assigning authority. */
export function assignerSystem(authority: Value, { context }: MappingDraft): string | undefined {
  return context.systems.ofAssigner(authority.text(1), authority.text(2), authority.text(3));
}

export interface IdentifierOptions {
  /** Type where the value says none: code of table 0203. */
  readonly type?: string;
  /** Numbering where the value names no assigner; see {@link ownSystem}. */
  readonly system?: string;
}

/** A default assigner of the partner's is one of patients: numbers of orders and visits are not among theirs. */
function systemOf(
  authority: readonly [string, string, string],
  { context }: MappingDraft,
  { system }: IdentifierOptions,
): string | undefined {
  const isUnsaid = authority.every((part) => part === '');
  return isUnsaid && system !== undefined ? system : (context.systems.ofAssigner(...authority) ?? system);
}

/** CX. https://hl7.org/fhir/R4/datatypes.html#Identifier */
export function identifierOfCx(
  value: Value,
  draft: MappingDraft,
  options: IdentifierOptions = {},
): JsonObject | undefined {
  const id = value.text(1);
  if (id === '') return undefined;
  const type = value.text(5) || (options.type ?? '');
  const extension = [
    ...checkDigit(coreExtension('identifier-checkDigit'), value.text(2)),
    ...checkDigit(coreExtension('namingsystem-checkDigit'), value.text(3)),
    ...facility(value.part(6)),
  ];
  return filled({
    extension: extension.length === 0 ? undefined : extension,
    type: type === '' ? undefined : identifierType(type),
    system: systemOf([value.part(4).text(1), value.part(4).text(2), value.part(4).text(3)], draft, options),
    value: id,
    period: filled({ start: date(value.part(7)), end: date(value.part(8)) }),
    assigner: assigner(value.part(4)),
  });
}

/** EI: entity id, namespace, universal id, its type. */
export function identifierOfEi(
  value: Value,
  draft: MappingDraft,
  options: IdentifierOptions = {},
): JsonObject | undefined {
  const id = value.text(1);
  if (id === '') return undefined;
  const namespace = value.text(2);
  return filled({
    type: options.type === undefined ? undefined : identifierType(options.type),
    system: systemOf([namespace, value.text(3), value.text(4)], draft, options),
    value: id,
    assigner: namespace === '' ? undefined : { display: namespace },
  });
}

/** DLN: number, issuing state or country, expiry. */
export function identifierOfDln(value: Value, draft: MappingDraft): JsonObject | undefined {
  const id = value.text(1);
  if (id === '') return undefined;
  const issuer = value.part(2).text();
  return filled({
    type: identifierType('DL'),
    system: draft.context.systems.ofAssigner(issuer, '', ''),
    value: id,
    period: filled({ end: dateTime(value.part(3), draft) }),
    assigner: issuer === '' ? undefined : { display: issuer },
  });
}

/** The search that finds who has the identifier: `identifier=system|value`; undefined where nobody says whose number it is. */
export function matchOf(identifier: JsonObject | undefined): string | undefined {
  if (typeof identifier?.system !== 'string' || typeof identifier.value !== 'string') return undefined;
  return `identifier=${encodeURIComponent(identifier.system)}|${encodeURIComponent(identifier.value)}`;
}

/** {@link matchOf} of each that has one. */
export function matchesOf(identifiers: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(identifiers)) return [];
  return identifiers.map((each) => matchOf(each as JsonObject)).filter((match) => match !== undefined);
}

function assigner(authority: Value): JsonObject | undefined {
  const namespace = authority.text(1);
  return namespace === '' ? undefined : { display: namespace };
}

function checkDigit(url: string, text: string): readonly JsonObject[] {
  return text === '' ? [] : [{ url, valueString: text }];
}

function facility(value: Value): readonly JsonObject[] {
  const display = value.text(1) || value.text(2);
  return display === '' ? [] : [{ url: ownExtension('assigning-facility'), valueString: display }];
}
