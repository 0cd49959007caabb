import { defineFaults } from '#sdk';

export const faults = defineFaults('pharmacy', {
  vaultNeedsPerson: {
    status: 403,
    issue: 'forbidden',
    text: 'Only a pharmacist or nurse who is signed in may do this at a vault: use $vault-move, $witness or $vault-count.',
  },
  noVault: {
    status: 422,
    issue: 'business-rule',
    text: 'This Location is no vault: its stock-kind is controlled-cabinet, or it has witness-required.',
  },
  witnessMissing: {
    status: 403,
    issue: 'forbidden',
    text: 'This needs a witness: a second person states by Location/[id]/$witness what they see; name that statement.',
  },
  witnessIsAuthor: {
    status: 403,
    issue: 'forbidden',
    text: 'Nobody witnesses what they do themselves; another pharmacist or nurse has to.',
  },
  witnessedOther: {
    status: 403,
    issue: 'forbidden',
    text: 'The witness saw another movement: who moves it, from where to where, lot, quantity, type and waste must be the same in both.',
  },
  witnessExpired: {
    status: 403,
    issue: 'forbidden',
    text: 'The statement of the witness is older than two minutes; they have to state it again.',
  },
  witnessUsed: {
    status: 409,
    issue: 'conflict',
    text: 'The statement of the witness was used for another movement; each movement needs one of its own.',
  },
  badStatement: {
    status: 422,
    issue: 'business-rule',
    text: 'A statement has the extension witnessed-movement with the SHA-256 of the movement; $witness makes one.',
  },
  recordFrozen: {
    status: 422,
    issue: 'business-rule',
    text: 'Statements, counts and ends of shifts stay as they are; make a new one.',
  },
  unknownRecord: {
    status: 422,
    issue: 'code-invalid',
    text: 'The code of this system must be witness-statement, vault-count, vault-shift or vault-anchor.',
  },
  sealedMovement: {
    status: 422,
    issue: 'business-rule',
    text: 'A movement of a vault stays as it is; take it back with $vault-move and type reversal.',
  },
  vaultAtOnce: {
    status: 422,
    issue: 'business-rule',
    text: 'What leaves a vault is handed over at once: the status of the movement must be completed.',
  },
  vaultBusy: {
    status: 409,
    issue: 'conflict',
    text: 'Another movement of the vault was entered at the same time; send this one again.',
  },
  vaultStays: {
    status: 422,
    issue: 'business-rule',
    text: 'This vault has stock or movements; it stays a vault and is not deleted.',
  },
  badCount: {
    status: 422,
    issue: 'business-rule',
    text: 'A count has one line for each lot, with a whole number that is not negative.',
  },
  noFirstCount: {
    status: 422,
    issue: 'business-rule',
    text: 'A second count names the first count of the same vault, which does not check another one itself.',
  },
  sameCounter: {
    status: 403,
    issue: 'forbidden',
    text: 'A vault is counted by two persons; another pharmacist or nurse has to count it again.',
  },
  movedSince: {
    status: 409,
    issue: 'conflict',
    text: 'Something was moved in or out of the vault since the first count; both have to count again.',
  },
  notCounted: {
    status: 409,
    issue: 'conflict',
    text: 'The vault was not counted by two persons since its last movement; do so with $vault-count.',
  },
  openDiscrepancy: {
    status: 409,
    issue: 'conflict',
    text: 'The last count of the vault does not agree; find out why, correct it with $vault-move, and count again.',
  },
  whereTo: {
    status: 422,
    issue: 'business-rule',
    text: (type: string) =>
      `It is not clear from where to where this goes: a transfer or reversal has either "to" or "from" (Location/[id]), a movement of type ${type} is of the lot Medication/[id].`,
  },
  moreThanDispensed: {
    status: 422,
    issue: 'business-rule',
    text: 'More would come back than was dispensed.',
  },
  stillOut: {
    status: 422,
    issue: 'business-rule',
    text: 'What this dispense took out of stock has to be put back in the same transaction: use $cancel-dispense.',
  },
  unlikeLedger: {
    status: 422,
    issue: 'business-rule',
    text: 'A dispense out of stock agrees with the ledger: quantity and lot are those of its movements of type issue, which are in the same transaction. Use MedicationRequest/[id]/$dispense.',
  },
  unlikeReturned: {
    status: 422,
    issue: 'business-rule',
    text: 'returned-quantity says what came back by the ledger; use MedicationDispense/[id]/$return.',
  },
  dispenseKept: {
    status: 422,
    issue: 'business-rule',
    text: 'What was dispensed out of stock is not deleted; use $return or $cancel-dispense.',
  },
  otherPatient: {
    status: 422,
    issue: 'business-rule',
    text: 'This is for another patient than the order. Nothing was dispensed.',
  },
  oneOrder: {
    status: 422,
    issue: 'business-rule',
    text: 'A dispense has one authorizingPrescription.',
  },
  needsOrder: {
    status: 422,
    issue: 'business-rule',
    text: 'This product is dispensed on an order only: authorizingPrescription must be an active MedicationRequest.',
  },
  orderNotActive: {
    status: 422,
    issue: 'business-rule',
    text: (status: string) => `Nothing is dispensed of an order that is ${status}; it must be active.`,
  },
  wrongProduct: {
    status: 422,
    issue: 'business-rule',
    text: 'This product is another one than was ordered. Nothing was dispensed.',
  },
  noSubstitution: {
    status: 422,
    issue: 'business-rule',
    text: 'The order does not allow another product with the same ingredients, strength and form (substitution.allowed).',
  },
  unsaidSubstitution: {
    status: 422,
    issue: 'business-rule',
    text: 'substitution.wasSubstituted says whether another product was given than was ordered.',
  },
  needsDispense: {
    status: 422,
    issue: 'business-rule',
    text: 'This product reaches patients by a MedicationDispense with an order, or a MedicationAdministration: the movement names it as movement-cause.',
  },
  returnOfWhat: {
    status: 422,
    issue: 'business-rule',
    text: 'What comes back from a patient was dispensed: the movement names the MedicationDispense as movement-cause.',
  },
  unknownCause: {
    status: 422,
    issue: 'business-rule',
    text: 'movement-cause must be a MedicationDispense, or a MedicationAdministration of this lot, that is there.',
  },
  notGiven: {
    status: 422,
    issue: 'business-rule',
    text: 'Stock is used up by doses that were given; this one was not.',
  },
  noStockProduct: {
    status: 422,
    issue: 'business-rule',
    text: 'No product of the stock is what was ordered; name the one that is dispensed as "product" (MedicationKnowledge/[id]).',
  },
  whereFrom: {
    status: 422,
    issue: 'business-rule',
    text: 'location must be Location/[id].',
  },
  vaultLot: {
    status: 422,
    issue: 'business-rule',
    text: 'What comes out of a vault is seen by a witness: say which lot ("lot"), and name their statement ("witness").',
  },
  notWaiting: {
    status: 422,
    issue: 'business-rule',
    text: (status: string) =>
      `This dispense is ${status}; only what is prepared and waits (in-progress, on-hold) is handed over or cancelled. What was handed over is returned with $return.`,
  },
  notHandedOver: {
    status: 422,
    issue: 'business-rule',
    text: 'Only what was handed over (completed) comes back by $return; what waits is cancelled with $cancel-dispense.',
  },
  badStep: {
    status: 422,
    issue: 'business-rule',
    text: (from: string, to: string, accepted: readonly string[]) =>
      `A dispense that is ${from} does not become ${to}; ${accepted.length === 0 ? 'it changes no more' : `it may become ${accepted.join(', ')}`}.`,
  },
  noQuarantine: {
    status: 422,
    issue: 'business-rule',
    text: 'What comes back from patients goes into quarantine: there must be an active Location with stock-kind quarantine, or "location" names one.',
  },
  severalCurrencies: {
    status: 422,
    issue: 'business-rule',
    text: 'The prices of what is sold are in several currencies; sell them apart.',
  },
  cannotSell: {
    status: 422,
    issue: 'business-rule',
    text: (pack: number, why: string) => `Pack ${pack} cannot be sold: ${why}. Nothing was sold.`,
  },
  sellsOnOrder: {
    status: 422,
    issue: 'business-rule',
    text: (pack: number) =>
      `Pack ${pack} is sold on an order only: "prescription" names the active MedicationRequest of this patient for it. Nothing was sold.`,
  },
  unknownStay: {
    status: 404,
    issue: 'not-found',
    text: 'There is no such Encounter.',
  },
  uncountedDose: {
    status: 422,
    issue: 'business-rule',
    text: (order: string) =>
      `A dose of ${order} cannot be counted in units of its product, so that nobody knows what is left; return it with MedicationDispense/[id]/$return.`,
  },
  badNumber: {
    status: 422,
    issue: 'value',
    text: (name: string, most: number) => `${name} must be a whole number, 1 to ${most}.`,
  },
  anchorOfServer: {
    status: 403,
    issue: 'forbidden',
    text: 'Anchors of vaults are made by the server alone.',
  },
  wrongLot: {
    status: 422,
    issue: 'business-rule',
    text: 'The lot is none of this product. Nothing was dispensed.',
  },
  unusableLot: {
    status: 422,
    issue: 'business-rule',
    text: (why: string) => `The lot is ${why}; it is not given to patients. Nothing was dispensed.`,
  },
  moreThanGiven: {
    status: 422,
    issue: 'business-rule',
    text: 'More would be used up than the dose that was given.',
  },
  notCollectable: {
    status: 422,
    issue: 'business-rule',
    text: (why: string) =>
      `What was prepared cannot be handed over any more: ${why}. Put it back with $cancel-dispense.`,
  },
});
