import { ACCOUNTS, type Side } from './accounts.ts';

/** CodeSystem movement-type; reversals take the sides of what they reverse. */
export type MovementType =
  | 'receipt'
  | 'supplier-return'
  | 'issue'
  | 'patient-return'
  | 'transfer'
  | 'waste'
  | 'destruction'
  | 'count-gain'
  | 'count-loss'
  | 'reversal';

interface Sides {
  readonly from: readonly Side[];
  readonly to: Side;
  /** Whether it must say why. */
  readonly needsReason: boolean;
}

const SIDES: Readonly<Record<Exclude<MovementType, 'reversal'>, Sides>> = {
  receipt: { from: ['supplier'], to: 'place', needsReason: false },
  'supplier-return': { from: ['place'], to: 'supplier', needsReason: true },
  issue: { from: ['place'], to: 'patient', needsReason: false },
  'patient-return': { from: ['patient'], to: 'place', needsReason: false },
  transfer: { from: ['place'], to: 'place', needsReason: false },
  waste: { from: ['place', 'transit'], to: 'loss', needsReason: true },
  destruction: { from: ['place'], to: 'destroyed', needsReason: true },
  'count-gain': { from: ['adjustment'], to: 'place', needsReason: true },
  'count-loss': { from: ['place'], to: 'adjustment', needsReason: true },
};

export function isMovementType(code: string | undefined): code is MovementType {
  return code === 'reversal' || (code !== undefined && Object.hasOwn(SIDES, code));
}

/** Undefined for a reversal. */
export function sidesOf(type: MovementType): Sides | undefined {
  return type === 'reversal' ? undefined : SIDES[type];
}

/** The account that is one side of each movement of the type, where there is one. */
export function defaultSides(type: MovementType): { readonly origin?: string; readonly destination?: string } {
  const sides = sidesOf(type);
  const [from] = sides?.from ?? [];
  return { ...accountOf('origin', from), ...accountOf('destination', sides?.to) };
}

function accountOf(name: 'origin' | 'destination', side: Side | undefined): Record<string, string> {
  return side === undefined || side === 'place' || side === 'transit' ? {} : { [name]: ACCOUNTS[side] };
}
