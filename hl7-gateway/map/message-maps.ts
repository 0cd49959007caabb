import { BED_MAPS } from './events/adt-bed.ts';
import { MERGE_MAPS } from './events/adt-merge.ts';
import { MOVE_MAPS } from './events/adt-move.ts';
import { NUMBER_MAPS } from './events/adt-numbers.ts';
import { ADT_MAPS } from './events/adt.ts';
import { MDM_MAPS } from './events/mdm.ts';
import { MFN_MAPS } from './events/mfn.ts';
import { ORDER_MAPS } from './events/order-maps.ts';
import { SIU_MAPS } from './events/siu.ts';
import type { MessageMap } from './map-context.ts';

const MAPS: ReadonlyMap<string, MessageMap> = new Map(
  [
    ...ADT_MAPS,
    ...MERGE_MAPS,
    ...NUMBER_MAPS,
    ...MOVE_MAPS,
    ...BED_MAPS,
    ...SIU_MAPS,
    ...MDM_MAPS,
    ...MFN_MAPS,
    ...ORDER_MAPS,
  ].flatMap((map) => map.events.map((event) => [event, map] as const)),
);

/** The map of a message's trigger event (`ADT^A01`); undefined for one that is not understood. */
export function mapOf(event: string): MessageMap | undefined {
  return MAPS.get(event);
}
