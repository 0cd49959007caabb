import { defineFaults } from '#sdk';

const rule = { status: 422, issue: 'business-rule' } as const;

export const faults = defineFaults('supply', {
  // movements
  notAMovement: {
    ...rule,
    text: 'A delivery of a stock lot is an entry of the ledger: it needs meta.profile stock-movement and the extension movement-type.',
  },
  badQuantity: {
    ...rule,
    text: 'suppliedItem.quantity must be a whole number of base units, 1 to 999999999, or of packs of the product.',
  },
  badUnit: {
    ...rule,
    text: (unit: string, accepted: readonly string[]) =>
      `"${unit}" is no unit of this product, or does not convert to whole base units; accepted: ${accepted.join(', ')}.`,
  },
  badSides: {
    ...rule,
    text: (type: string, sides: string) => `A movement of type ${type} goes ${sides}.`,
  },
  samePlace: { ...rule, text: 'Stock moves between two different places; origin and destination are the same.' },
  unknownPlace: { ...rule, text: 'movement-origin and destination must be Locations of this clinic.' },
  unknownLot: {
    ...rule,
    text: 'suppliedItem.itemReference must be a Medication with the profile stock-lot, of a product that is known.',
  },
  needsReason: { ...rule, text: (type: string) => `A movement of type ${type} needs the extension movement-reason.` },
  futureDated: { ...rule, text: 'A movement has happened: its time of occurrence cannot be in the future.' },
  badOccurrence: {
    ...rule,
    text: 'occurrence must be one moment, or, for a transfer, a Period with start and, once it is there, end.',
  },
  startsSo: { ...rule, text: 'A new movement is completed; a transfer that is on its way is in-progress.' },
  onlyTransfersTravel: { ...rule, text: 'Only a transfer can be in-progress or have a Period; others happen at once.' },
  frozen: {
    ...rule,
    text: 'A movement does not change; take it back by SupplyDelivery/$reverse. A transfer on its way can be completed or abandoned.',
  },
  keepsItsPlace: {
    ...rule,
    text: 'The ledger forgets nothing: movements cannot be deleted; use SupplyDelivery/$reverse.',
  },
  badReceived: {
    ...rule,
    text: 'movement-received says how many arrived of a completed transfer that was on its way: at most what was sent.',
  },
  unexplained: {
    ...rule,
    text: 'Less arrived than was sent: what is missing must leave the transit account in the same transaction, by movements of type waste with partOf this one.',
  },
  nothingMissing: {
    ...rule,
    text: 'From the transit account only that is lost which is missing of a completed transfer of the lot, named by partOf.',
  },
  badCost: { ...rule, text: 'movement-unit-cost needs an amount of at most 12 digits before and 6 after the point.' },
  costOnReceipt: {
    ...rule,
    text: 'Only a receipt says what the stock cost (movement-unit-cost); the cost follows the lot.',
  },
  badReversal: {
    ...rule,
    text: 'A reversal names a completed movement by movement-reverses, has its lot and its places the other way round, and is not earlier.',
  },
  reversalOfReversal: { ...rule, text: 'A reversal is not reversed; enter the movement anew.' },
  transfersTravelBack: {
    ...rule,
    text: 'A transfer that is on its way is not reversed: complete it or set it to abandoned.',
  },
  overReversed: { ...rule, text: 'More would be reversed than is left of the movement.' },
  wouldBeNegative: {
    ...rule,
    text: 'Dated back like this, less than nothing would have been there at a later moment.',
  },
  insufficientStock: {
    status: 409,
    issue: 'conflict',
    text: 'There is not enough stock at this place; GET Location/[id]/$availability says what there is.',
  },
  reservedStock: {
    status: 409,
    issue: 'conflict',
    text: 'What is there is reserved for others; release a reservation, or use it by basedOn.',
  },
  // issue
  lotNotActive: { ...rule, text: (status: string) => `The lot is ${status}; only active lots are given to patients.` },
  lotExpired: {
    ...rule,
    text: 'The lot has expired; a lot can be used through its last day, by the clock of the place.',
  },
  placeNotIssuing: { ...rule, text: 'From quarantine and from transit nothing is given to patients.' },
  notFirst: {
    ...rule,
    text: (order: string) =>
      `Another lot is to be used first (${order}); choose it, or say by movement-reason why not: clinical, recall, patient-preference, days-supply, administered.`,
  },
  // lots and products
  duplicateLot: {
    status: 409,
    issue: 'conflict',
    text: 'There is a lot with this number of this product and maker already; use that one.',
  },
  otherExpiry: {
    ...rule,
    text: 'There is a lot with this number of this product and maker with another date of expiry; one of the dates is wrong.',
  },
  badLot: {
    ...rule,
    text: 'A lot has a product (lot-product), a status (lot-status), a number of at most 20 characters, and as expiry a day or month of the calendar.',
  },
  frozenLot: {
    ...rule,
    text: 'Product, number, maker and expiry of a lot do not change, and it stays a lot once stock of it has moved; only its status changes.',
  },
  finalStatus: {
    ...rule,
    text: (status: string) =>
      `A lot that is ${status} stays so; active and quarantined lots may become each other, recalled or damaged.`,
  },
  usedLot: { ...rule, text: 'Stock of the lot has moved; it cannot be deleted.' },
  badProduct: {
    ...rule,
    text: 'lot-product must be a MedicationKnowledge with the profile stock-product.',
  },
  badBaseUnit: {
    ...rule,
    text: 'base-unit must be a unit of UCUM in which whole numbers are counted, such as {tablet} or mL.',
  },
  frozenUnit: { ...rule, text: 'Stock of the product is counted in its base unit, which cannot change any more.' },
  fixedAccount: { ...rule, text: 'The accounts of the ledger (Location/stock-…) keep their kind and are not deleted.' },
  // requests and policies
  badReservation: {
    ...rule,
    text: 'A reservation names a lot (itemReference), a Location (deliverFrom), a whole number of base units and when it ends (reservation-expires).',
  },
  badOrderLine: {
    ...rule,
    text: 'A line of a purchase order names a product (itemReference or a code of one), a Location (deliverTo), a supplier and a whole number of base units.',
  },
  frozenRequest: {
    ...rule,
    text: 'Of a request that is active or over, only the status changes: active to completed or cancelled. A draft may be changed.',
  },
  keptRequest: { ...rule, text: 'A request for stock is cancelled, not deleted, once it is no draft.' },
  duplicatePolicy: {
    status: 409,
    issue: 'conflict',
    text: 'There is a stock policy for this product at this place already; change that one.',
  },
  badPolicy: { ...rule, text: 'maximum must be more than reorderPoint, and minimum no more than maximum.' },
  // operations
  badBarcode: {
    status: 422,
    issue: 'value',
    text: (why: string) => `The barcode cannot be used: ${why}. Accepted are GS1 element strings and GTINs.`,
  },
  unknownProduct: {
    status: 422,
    issue: 'not-found',
    text: 'No product of the stock is meant by this; create a MedicationKnowledge with the profile stock-product first.',
  },
  ambiguousProduct: {
    status: 422,
    issue: 'multiple-matches',
    text: 'Several products of the stock are meant by this; name the code of one of CodeSystem/product.',
  },
  badLine: { ...rule, text: (line: number, why: string) => `Line ${line}: ${why}.` },
  noLines: { ...rule, text: 'Nothing would be moved: at least one line is needed.' },
  notOnOrder: { ...rule, text: 'The request is no active line of a purchase order; approve it first.' },
  notADraft: { ...rule, text: 'Only drafts of purchase orders can be approved.' },
  notAReservation: { ...rule, text: 'This is no active reservation.' },
  notInTransit: { ...rule, text: 'Only a transfer that is in-progress can be received.' },
  countClosed: { status: 409, issue: 'conflict', text: 'This count was posted or given up already; open another one.' },
  countIncomplete: { ...rule, text: (left: number) => `${left} lines of the sheet were not counted yet.` },
  notACount: { ...rule, text: 'sheet must be a count sheet of this Location, as action "open" made it.' },
  badAmount: { ...rule, text: 'A quantity must be a whole number of base units, 1 to 999999999.' },
  badMoment: { status: 422, issue: 'value', text: 'asOf must be a dateTime that is not in the future.' },
});
