import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { objectOf, textOf } from '../../map/json.ts';
import { timestamp } from '../datatypes/times.ts';
import { hasChanged } from '../has-changed.ts';
import { speaks, type Change, type PeerProfile } from '../tell.ts';

/** MFE-1, table 0180: added, updated, deactivated, reactivated. */
export type RecordChange = 'MAD' | 'MUP' | 'MDC' | 'MAC';

/** What became of a record; undefined: nothing that a message would tell. @param said elements that the message has */
export function recordChange(
  { resource, before }: Change,
  said: readonly string[],
  isActive: (resource: JsonObject) => boolean,
): RecordChange | undefined {
  const is = isActive(resource);
  if (before === undefined) return is ? 'MAD' : undefined;
  if (isActive(before) !== is) return is ? 'MAC' : 'MDC';
  return hasChanged(before, resource, said) ? 'MUP' : undefined;
}

export interface MasterRecord {
  /** Table 0175: `PRA`, `LOC`. */
  readonly file: string;
  readonly title: string;
  readonly change: RecordChange;
  /** MFE-4 and its data type. */
  readonly key: OutgoingField;
  readonly keyType: 'ST' | 'PL';
}

/** MFI and MFE of one record. @param id MFE-2 */
export function masterRecord(
  { meta }: JsonObject,
  { file, title, change, key, keyType }: MasterRecord,
  id: string,
  peer: PeerProfile,
): readonly OutgoingSegment[] {
  const at = timestamp(textOf(objectOf(meta).lastUpdated));
  return [
    ['MFI', [file, title, 'HL70175'], '', 'UPD', at, at, 'NE'],
    ['MFE', change, id, at, key, ...(speaks(peer, '2.4') ? [keyType] : [])],
  ];
}
