import type { JsonObject } from '../../../server/kernel/json.ts';
import { address } from '../datatypes/address.ts';
import { contactPoint } from '../datatypes/contact-point.ts';
import { organizationReference } from '../datatypes/organization.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';

/** ORC-21 with the address and the numbers beside it. */
export function orderingFacility(draft: MappingDraft, orc: SegmentReader, facility: Value): JsonObject | undefined {
  const addresses = orc.values(22).map((value) => address(value, draft));
  const telecoms = orc.values(23).map((value) => contactPoint(value, draft, 'work'));
  return organizationReference(facility, draft, {
    ...listed('address', addresses),
    ...listed('telecom', telecoms),
  });
}

function listed(element: string, items: readonly (JsonObject | undefined)[]): JsonObject {
  const found = items.filter((item) => item !== undefined);
  return found.length === 0 ? {} : { [element]: found };
}
