import type { JsonObject } from '../../../server/kernel/json.ts';
import { append } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { participantDevice } from './participant-device.ts';
import { roleOf } from './role.ts';

/** What somebody is to an order (PRT-4, tables 0912 and 0443), and the element that says so. */
const OF_ORDER: ReadonlyMap<string, string> = new Map(Object.entries<string>({ OP: 'requester' }));
const OF_REPORT: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    ARI: 'performer',
    TN: 'performer',
    TR: 'performer',
    PRI: 'resultsInterpreter',
  }),
);
const OF_SPECIMEN: ReadonlyMap<string, string> = new Map([['SC', 'collector']]);

/** PRT below an observation: who observed, with what. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-message-oru-r01-to-bundle.html */
export function putObservers(resource: JsonObject, draft: MappingDraft, segments: readonly SegmentReader[]): void {
  for (const prt of segments.filter(({ name }) => name === 'PRT')) {
    const device = participantDevice(draft, prt);
    if (device !== undefined) resource.device ??= device;
    const made = roleOf(draft, prt);
    if (made !== undefined) append(resource, 'performer', made.who);
  }
}

/** PRT below an order: who orders it. */
export function putOrderParticipants(
  resource: JsonObject,
  draft: MappingDraft,
  segments: readonly SegmentReader[],
): void {
  for (const [element, who] of named(draft, segments, OF_ORDER)) resource[element] ??= who;
}

/** PRT below the order of a report: who did it, and who interprets it. */
export function putReportParticipants(
  resource: JsonObject,
  draft: MappingDraft,
  segments: readonly SegmentReader[],
): void {
  for (const [element, who] of named(draft, segments, OF_REPORT)) append(resource, element, who);
}

/** PRT below an order: who collects the specimen. */
export function collectorNamed(draft: MappingDraft, segments: readonly SegmentReader[]): JsonObject | undefined {
  return named(draft, segments, OF_SPECIMEN)[0]?.[1];
}

/** Those that are something to the resources themselves. */
const PLACED = new Set([...OF_ORDER.keys(), ...OF_REPORT.keys(), ...OF_SPECIMEN.keys()]);

/**
 * PRT below an order that no element of it has a place for (copies to, admitting): agents of the Provenance of what they took part
 * in.
 */
export function otherAgents(draft: MappingDraft, segments: readonly SegmentReader[]): readonly JsonObject[] {
  return segments.flatMap((prt) => {
    if (prt.name !== 'PRT' || PLACED.has(prt.value(4)?.peek() ?? '')) return [];
    const device = participantDevice(draft, prt);
    const made = roleOf(draft, prt);
    const type = made?.role === undefined ? {} : { type: made.role };
    return [made?.who, device].filter((who) => who !== undefined).map((who) => ({ ...type, who }));
  });
}

function named(
  draft: MappingDraft,
  segments: readonly SegmentReader[],
  elements: ReadonlyMap<string, string>,
): readonly (readonly [element: string, who: JsonObject])[] {
  return segments.flatMap((prt) => {
    const element = prt.name === 'PRT' ? elements.get(prt.value(4)?.peek() ?? '') : undefined;
    const made = element === undefined ? undefined : roleOf(draft, prt);
    return element === undefined || made === undefined ? [] : [[element, made.who] as const];
  });
}
