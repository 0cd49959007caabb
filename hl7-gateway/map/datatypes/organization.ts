import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { append, filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';
import { assignerSystem, identifierType, matchOf } from './identifier.ts';

/** XON: the number (XON.10, in older versions XON.3) and who gave it. */
function identifierOfXon(value: Value, draft: MappingDraft): JsonObject | undefined {
  const id = value.text(10) || value.text(3);
  if (id === '') return undefined;
  const type = value.text(7);
  const namespace = value.part(6).text(1);
  const made: JsonObject = {
    ...filled({
      type: type === '' ? undefined : identifierType(type),
      system: assignerSystem(value.part(6), draft),
      value: id,
      assigner: namespace === '' ? undefined : { display: namespace },
    }),
  };
  const digit = value.text(4);
  if (digit !== '') append(made, 'extension', { url: coreExtension('identifier-checkDigit'), valueString: digit });
  const scheme = value.text(5);
  if (scheme !== '') append(made, 'extension', { url: coreExtension('namingsystem-checkDigit'), valueString: scheme });
  return made;
}

/**
 * XON. One with a number and who gave it is an Organization of its own, stored once; one that is only named is named in the reference.
 * @param more what else the message says of it: address, contact
 */
export function organizationReference(
  value: Value,
  draft: MappingDraft,
  more: JsonObject = {},
): JsonObject | undefined {
  const identifier = identifierOfXon(value, draft);
  const name = value.text(1);
  const match = matchOf(identifier);
  if (identifier === undefined || match === undefined)
    return filled({ type: identifier === undefined ? undefined : 'Organization', identifier, display: name });
  const reference = draft.add(`${value.place} ${match}`, {
    // Without a name its number stands in: org-1 wants one of both, and people want to see something.
    resource: { resourceType: 'Organization', identifier: [identifier], ...(name === '' ? {} : { name }), ...more },
    match: [match],
    mode: 'create',
  });
  return { reference, ...(name === '' ? {} : { display: name }) };
}

/** HD as the name of an organization or application: a logical reference. */
export function authorityReference(value: Value, draft: MappingDraft): JsonObject | undefined {
  const namespace = value.text(1);
  const id = value.text(2);
  const system = assignerSystem(value, draft);
  if (system === undefined) return undefined;
  return filled({ identifier: filled({ system: 'urn:ietf:rfc:3986', value: system }), display: namespace || id });
}
