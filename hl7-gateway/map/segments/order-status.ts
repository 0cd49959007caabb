/** What becomes of an order; the codes that request-status, MedicationRequest and Task share are chosen by who maps them. */
export type OrderStatus = 'active' | 'on-hold' | 'revoked' | 'completed' | 'entered-in-error';

/** Table 0038, ORC-5. The official map lacks A: some results are there, more follow. */
const BY_STATUS: ReadonlyMap<string, OrderStatus> = new Map(
  Object.entries<OrderStatus>({
    A: 'active',
    CA: 'revoked',
    CM: 'completed',
    DC: 'revoked',
    ER: 'entered-in-error',
    HD: 'on-hold',
    IP: 'active',
    RP: 'revoked',
    SC: 'active',
  }),
);

/**
 * Table 0119, ORC-1, where it says what shall become of the order, whatever its status was. The official map leaves a request to cancel
 * or to hold active until the filler confirms it; here who ordered has decided it, and a filler that could not follow says so.
 */
const DECIDED: ReadonlyMap<string, OrderStatus> = new Map(
  Object.entries<OrderStatus>({
    CA: 'revoked',
    CR: 'revoked',
    OC: 'revoked',
    DC: 'revoked',
    DR: 'revoked',
    OD: 'revoked',
    DF: 'revoked',
    RP: 'revoked',
    RQ: 'revoked',
    RU: 'revoked',
    HD: 'on-hold',
    HR: 'on-hold',
    OH: 'on-hold',
    RL: 'active',
    OE: 'active',
    OR: 'active',
  }),
);

/** Table 0119, ORC-1, where the order is in force unless ORC-5 says otherwise. */
const IN_FORCE = new Set([
  'NW',
  'SN',
  'NA',
  'OK',
  'XO',
  'XR',
  'XX',
  'RO',
  'CH',
  'PA',
  'AF',
  'RF',
  'PY',
  'OP',
  'LI',
  'UN',
]);

/** Replies that something was not done: the order stays as it is. */
const UNDONE = new Set(['UC', 'UD', 'UF', 'UH', 'UM', 'UR', 'UX', 'DE']);

/**
 * Status of an order by ORC-1 and ORC-5; undefined where they say nothing of it.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-table-hl70038-to-request-status.html
 */
export function orderStatus(control: string, status: string): OrderStatus | undefined {
  if (UNDONE.has(control)) return undefined;
  return (
    DECIDED.get(control) ??
    BY_STATUS.get(status) ??
    (control === 'FU' ? 'completed' : IN_FORCE.has(control) ? 'active' : undefined)
  );
}

/** Whether the order is new with this message: then its time is when it was ordered. */
export function isNewOrder(control: string): boolean {
  return control === 'NW' || control === 'RO';
}

/** Whether it ends the order: cancelled, discontinued, replaced. */
export function isDecidedEnd(control: string): boolean {
  return DECIDED.get(control) === 'revoked';
}
