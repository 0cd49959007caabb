import type { JsonObject } from '../../../server/kernel/json.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { namesSpecimen, specimenElements } from '../segments/order-specimen.ts';
import { collectorNamed } from '../segments/participation.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import { addSpecimen, specimenEntry } from '../segments/specimen.ts';
import { detailOf } from './order-elements.ts';
import type { OrderGroup, SegmentGroup } from './order-groups.ts';

export interface SpecimensScope {
  readonly whom: PatientScope;
  /** What its order is known by. */
  readonly identity?: readonly string[];
  readonly eventTime: string;
  /** ServiceRequest for which they were taken. */
  readonly request?: JsonObject;
}

export interface OrderSpecimens {
  readonly references: readonly JsonObject[];
  /** Observations of the specimens themselves. */
  readonly observed: readonly {
    readonly specimen: JsonObject;
    readonly number: number;
    readonly groups: readonly SegmentGroup[];
  }[];
}

/** Specimens of an order: of its SPM, and the one that its OBR describes where there is no SPM or OBR-15 names another. */
export function orderSpecimens(draft: MappingDraft, group: OrderGroup, scope: SpecimensScope): OrderSpecimens {
  const { identity, ...common } = scope;
  const numbered = (number: number): JsonObjectIdentity =>
    identity === undefined ? {} : { identity: [...identity, `specimen ${number}`] };
  const obr = detailOf(group, 'OBR');
  const below = [group.order, ...group.details].flatMap((each) => each?.below ?? []);
  const collector = collectorNamed(draft, below);
  const isKnown = collector !== undefined || group.specimens.length > 0;
  const described = obr && specimenElements(draft, obr, { isKnown, collector });
  const isOwn = described !== undefined && obr !== undefined && (group.specimens.length === 0 || namesSpecimen(obr));
  const references: JsonObject[] = [];
  if (isOwn) {
    const resource = { ...described, resourceType: 'Specimen' };
    references.push(addSpecimen(draft, obr.place, { resource, clears: [] }, [], { ...common, ...numbered(0) }));
  }
  const observed = group.specimens.map(({ segment, below, observations }, index) => {
    const isFirst = index === 0 && !isOwn && described !== undefined;
    const specimen = specimenEntry(draft, segment, below, {
      ...common,
      ...numbered(index + 1),
      ...(isFirst ? { fromOrder: described } : {}),
    });
    references.push(specimen);
    return { specimen, number: index + 1, groups: observations };
  });
  return { references, observed };
}

interface JsonObjectIdentity {
  readonly identity?: readonly string[];
}
