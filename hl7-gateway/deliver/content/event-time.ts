import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import type { MappedEntry } from '../../map/mapped-message.ts';

const EVENT_TIME = 'https://athanor.health/fhir/StructureDefinition/hl7-event-time';
/** Types without extensions: https://hl7.org/fhir/R4/resource.html */
const WITHOUT_EXTENSIONS: ReadonlySet<unknown> = new Set(['Binary', 'Bundle', 'Parameters']);

/** When that happened of which the resource tells: an ISO instant. */
function eventTimeOf({ extension }: JsonObject): string | undefined {
  for (const each of Array.isArray(extension) ? extension : []) {
    if (isObject(each) && each.url === EVENT_TIME && typeof each.valueInstant === 'string') return each.valueInstant;
  }
  return undefined;
}

export function withEventTime(resource: JsonObject, time: string | undefined): JsonObject {
  if (time === undefined || WITHOUT_EXTENSIONS.has(resource.resourceType)) return resource;
  const others = (Array.isArray(resource.extension) ? resource.extension : []).filter(
    (each) => !isObject(each) || each.url !== EVENT_TIME,
  );
  return { ...resource, extension: [...others, { url: EVENT_TIME, valueInstant: time }] };
}

/** How far results have come, https://hl7.org/fhir/R4/valueset-diagnostic-report-status.html; they never go back. */
const RANK: ReadonlyMap<unknown, number> = new Map([
  ['registered', 0],
  ['partial', 1],
  ['preliminary', 1],
  ['final', 2],
  ['amended', 3],
  ['corrected', 3],
  ['appended', 3],
  ['cancelled', 3],
  ['entered-in-error', 3],
]);

/** Whether what is stored is newer than what the message says, so that it stays. */
export function isSuperseded(stored: JsonObject, { resource, eventTime, order }: MappedEntry): boolean {
  if (order === 'result') {
    const [before, after] = [RANK.get(stored.status), RANK.get(resource.status)];
    if (before !== undefined && after !== undefined && before !== after) return after < before;
  }
  const known = eventTimeOf(stored);
  return known !== undefined && eventTime !== undefined && Date.parse(eventTime) < Date.parse(known);
}
