/**
 * Places of the ledger that are no places: where stock comes from and where it goes, so that each movement has two sides
 * and the balances of a lot add up to nothing. They are Locations with these ids, seeded by the module.
 */
export const ACCOUNTS = {
  supplier: 'stock-supplier',
  patient: 'stock-patient',
  loss: 'stock-loss',
  adjustment: 'stock-adjustment',
  destroyed: 'stock-destroyed',
} as const;

/** Stock that left one place and did not reach another yet. Never below nothing, as in places. */
export const TRANSIT = 'stock-transit';

const IDS: ReadonlySet<string> = new Set(Object.values(ACCOUNTS));

/** Whether balances of the Location may be below nothing. */
export function isAccount(location: string): boolean {
  return IDS.has(location);
}

export type Side = 'place' | 'transit' | keyof typeof ACCOUNTS;

export function sideOf(location: string): Side {
  if (location === TRANSIT) return 'transit';
  const [account] = Object.entries(ACCOUNTS).find(([, id]) => id === location) ?? [];
  return (account as keyof typeof ACCOUNTS | undefined) ?? 'place';
}
