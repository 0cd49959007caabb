import type { JsonObject } from '../../../server/kernel/json.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';
import { identifierOfEi, matchOf, ownSystem } from './identifier.ts';

/** From the whole to its parts; which component of PL names it, and what it is. */
const LEVELS = [
  { part: 4, type: 'si' },
  { part: 7, type: 'bu' },
  { part: 8, type: 'lvl' },
  { part: 1, type: 'wa' },
  { part: 2, type: 'ro' },
  { part: 3, type: 'bd' },
] as const;

const PHYSICAL_TYPES = 'http://terminology.hl7.org/CodeSystem/location-physical-type';

/**
 * PL: a place and the places that it is in, each a Location of its own, stored once. A bed is known by the whole way to it: there
 * is a bed 1 in every room. The reference is to the narrowest.
 * @param more what else the message says of the narrowest: operational status
 */
export function locationReference(value: Value, draft: MappingDraft, more: JsonObject = {}): JsonObject | undefined {
  const levels = LEVELS.map((level) => ({ ...level, name: nameOf(value.part(level.part)) })).filter(
    ({ name }) => name !== '',
  );
  const description = value.text(9);
  if (levels.length === 0) return description === '' ? undefined : { display: description };
  let parent: string | undefined;
  let way = '';
  for (const [index, { name, type, part }] of levels.entries()) {
    way += `${index === 0 ? '' : '/'}${part}:${name.replaceAll(/[%/]/g, encodeURIComponent)}`;
    const isNarrowest = index === levels.length - 1;
    const other = isNarrowest ? identifierOfEi(value.part(10), draft) : undefined;
    const own = { system: ownSystem(draft, 'location'), value: way };
    parent = draft.add(`${value.place} ${way}`, {
      resource: {
        resourceType: 'Location',
        identifier: [own, ...(other === undefined ? [] : [other])],
        name,
        ...(isNarrowest && description !== '' ? { description } : {}),
        mode: 'instance',
        physicalType: { coding: [{ system: PHYSICAL_TYPES, code: type }] },
        ...(parent === undefined ? {} : { partOf: { reference: parent } }),
        ...(isNarrowest ? more : {}),
      },
      match: [matchOf(own)].filter((match) => match !== undefined),
      mode: 'create',
    });
  }
  const display = levels.map(({ name }) => name).join(' / ');
  return parent === undefined ? undefined : { reference: parent, display };
}

function nameOf(part: Value): string {
  return part.text(1) || part.text(2);
}
