import type { ParkReason } from '../delivered.ts';

/** Why a message cannot be applied as it is: a person has to look at it. */
export interface Parking {
  readonly reason: ParkReason;
  /** For people; nothing of the message. */
  readonly text: string;
}

export function isParking(value: object): value is Parking {
  return 'reason' in value;
}
