import type { JsonObject } from '../../../server/kernel/json.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { orderPlace } from '../segments/order-numbers.ts';
import { orderStatus } from '../segments/order-status.ts';
import { reportStatus } from '../segments/result-status.ts';
import type { OrderElements } from './order-elements.ts';

/** An order whose results are all there, or will not come. */
const ENDED: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    final: 'completed',
    corrected: 'completed',
    appended: 'completed',
    cancelled: 'revoked',
  }),
);

/**
 * The order that results belong to. What its own message said, or will say, stands; here it is only found, else stored, so that results may
 * come before their order, and the filler's number is added. An order that only its filler has a number of is the filler's.
 */
export function stubRequest(
  draft: MappingDraft,
  { request, numbers, orc, obr }: OrderElements,
): JsonObject | undefined {
  const [match] = numbers.matches;
  if (match === undefined) return undefined;
  const place = orderPlace(numbers.matches, obr ?? orc);
  const { resource } = request;
  const ofReport = ENDED.get(reportStatus(obr?.text(25) ?? '', []));
  resource.status = orderStatus('', orc?.text(5) ?? '') ?? ofReport ?? 'active';
  if (numbers.placer === undefined) resource.intent = 'filler-order';
  orc?.skip(1);
  return { reference: draft.add(place, { resource, match: numbers.matches, mode: 'create', adds: ['identifier'] }) };
}
