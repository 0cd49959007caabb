import type { JsonObject } from '../../../server/kernel/json.ts';
import { filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';
import { nameOfCnn, nameOfXcn } from './human-name.ts';
import { assignerSystem, identifierType, matchOf } from './identifier.ts';

/**
 * XCN and PPN. Who is named with a number and who gave it is a Practitioner of their own, stored once; who is named by name
 * or by a number of nobody is named in the reference only: a name is no identity.
 * @param more what else the message says of them: address
 */
export function practitionerReference(
  value: Value,
  draft: MappingDraft,
  more: JsonObject = {},
): JsonObject | undefined {
  return referenceTo(
    value.place,
    { identifier: identifierOfXcn(value, draft), name: nameOfXcn(value, draft), more },
    draft,
  );
}

/** CNN (also the first component of NDL): id, name, and from its eighth part on the assigner's namespace, universal id and type. */
export function practitionerReferenceOfCnn(value: Value, draft: MappingDraft): JsonObject | undefined {
  const id = value.text(1);
  const system =
    id === '' ? undefined : draft.context.systems.ofAssigner(value.text(9), value.text(10), value.text(11));
  const identifier = id === '' ? undefined : filled({ system, value: id });
  return referenceTo(value.place, { identifier, name: nameOfCnn(value, draft), more: {} }, draft);
}

function identifierOfXcn(value: Value, draft: MappingDraft): JsonObject | undefined {
  const id = value.text(1);
  if (id === '') return undefined;
  const type = value.text(13);
  const namespace = value.part(9).text(1);
  return filled({
    type: type === '' ? undefined : identifierType(type),
    system: assignerSystem(value.part(9), draft),
    value: id,
    assigner: namespace === '' ? undefined : { display: namespace },
  });
}

interface Person {
  readonly identifier: JsonObject | undefined;
  readonly name: JsonObject | undefined;
  readonly more: JsonObject;
}

function referenceTo(place: string, { identifier, name, more }: Person, draft: MappingDraft): JsonObject | undefined {
  const display = displayOf(name);
  const match = matchOf(identifier);
  if (identifier === undefined || match === undefined)
    return filled({ type: identifier === undefined ? undefined : 'Practitioner', identifier, display });
  const names = name === undefined ? {} : { name: [name] };
  const reference = draft.add(`${place} ${match}`, {
    resource: { resourceType: 'Practitioner', identifier: [identifier], ...names, ...more },
    match: [match],
    mode: 'create',
  });
  return { reference, ...(display === undefined ? {} : { display }) };
}

/** `Dr. Kathleen Woolfson` */
export function displayOf(name: JsonObject | undefined): string | undefined {
  if (name === undefined) return undefined;
  const { prefix = [], given = [], family, suffix = [] } = name as NameTexts;
  const text = [...prefix, ...given, family, ...suffix].filter((part) => part !== undefined && part !== '').join(' ');
  return text === '' ? undefined : text;
}

interface NameTexts {
  readonly prefix?: readonly string[];
  readonly given?: readonly string[];
  readonly family?: string;
  readonly suffix?: readonly string[];
}
