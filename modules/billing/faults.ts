import { defineFaults } from '#sdk';

export const faults = defineFaults('billing', {
  brokenCondition: {
    status: 422,
    issue: 'invalid',
    text: (expression: string, reason: string) =>
      `The applicability "${expression}" cannot be used: ${reason}. It must be FHIRPath that gives true or false, on %context (the ChargeItem), %patient, %encounter and %date.`,
  },
  otherLanguage: {
    status: 422,
    issue: 'not-supported',
    text: (language: string) =>
      `Applicability in ${language} is not evaluated here: an active definition says it in text/fhirpath.`,
  },
  badComponent: {
    status: 422,
    issue: 'business-rule',
    text: (why: string) => `A price component of an active definition cannot be used: ${why}.`,
  },
  versionNeeded: {
    status: 422,
    issue: 'required',
    text: 'An active definition needs a version: what was charged names the version that it was charged by.',
  },
  sameVersion: {
    status: 409,
    issue: 'duplicate',
    text: 'There is another definition with this url and version.',
  },
  priceFrozen: {
    status: 422,
    issue: 'business-rule',
    text: (elements: readonly string[]) =>
      `What a definition says stays as it was under its version (here: ${elements.join(', ')}). Retire it and store another version.`,
  },
  priceKept: {
    status: 422,
    issue: 'business-rule',
    text: 'Only drafts of definitions can be deleted; others are retired.',
  },
  undecided: {
    status: 422,
    issue: 'processing',
    text: (definition: string) =>
      `Whether ${definition} applies cannot be decided for these data: its applicability must give true or false for everybody.`,
  },
  otherCurrency: {
    status: 422,
    issue: 'business-rule',
    text: (definition: string, currency: string) =>
      `${definition} names an amount in another currency than ${currency}, in which this is priced.`,
  },
  severalCurrencies: {
    status: 422,
    issue: 'business-rule',
    text: 'All amounts of an Invoice are in one currency.',
  },
  noPrice: {
    status: 422,
    issue: 'business-rule',
    text: 'No active ChargeItemDefinition gives a base price for this, then and here.',
  },
  severalPrices: {
    status: 422,
    issue: 'business-rule',
    text: (definitions: readonly string[]) =>
      `Several definitions give a base price for this, and one alone may: ${definitions.join(', ')}.`,
  },
  notFound: {
    status: 422,
    issue: 'not-found',
    text: (type: string) => `The ${type} that is named is not here, or you may not see it.`,
  },
  notApplicable: {
    status: 422,
    issue: 'business-rule',
    text: 'This definition gives no base price for the ChargeItem: it is not active, not in force then, of another code, or its applicability is not met.',
  },
  wrongPrice: {
    status: 422,
    issue: 'business-rule',
    text: (where: string) =>
      `${where} is not what the definitions in force give. Leave out prices, discounts and totals that the server computes.`,
  },
  wrongBase: {
    status: 422,
    issue: 'business-rule',
    text: (line: number) =>
      `Line ${line} names a product of the stock: its base is the price of one base unit times the factor, in the currency of the price.`,
  },
  badLine: {
    status: 422,
    issue: 'business-rule',
    text: (line: number, why: string) => `Line ${line} cannot be priced: ${why}.`,
  },
  notToday: {
    status: 422,
    issue: 'business-rule',
    text: 'An Invoice is priced on the day of its date, which is today; leave the date out, or give the time now.',
  },
  invoiceFrozen: {
    status: 422,
    issue: 'business-rule',
    text: (elements: readonly string[]) =>
      `An Invoice stays as it was issued (here: ${elements.join(', ')}). Cancel it and issue another one.`,
  },
  invoiceKept: {
    status: 422,
    issue: 'business-rule',
    text: 'Only drafts of Invoices can be deleted; others are cancelled.',
  },
  chargeFrozen: {
    status: 422,
    issue: 'business-rule',
    text: (elements: readonly string[]) =>
      `What was charged stays as it was (here: ${elements.join(', ')}). Mark it as entered in error and charge again.`,
  },
  chargeStep: {
    status: 422,
    issue: 'business-rule',
    text: (from: string, to: string) => `A charge that is ${from} does not become ${to}.`,
  },
  chargeKept: {
    status: 422,
    issue: 'business-rule',
    text: 'Charges are not deleted: they are marked as entered in error.',
  },
  oneDose: { status: 422, issue: 'business-rule', text: 'A charge is for one MedicationAdministration, not several.' },
  notGiven: {
    status: 422,
    issue: 'business-rule',
    text: 'Only a dose that was given is charged: a MedicationAdministration with status completed.',
  },
  alreadyCharged: {
    status: 409,
    issue: 'duplicate',
    text: 'There is a charge for this MedicationAdministration already.',
  },
  otherPatient: {
    status: 422,
    issue: 'business-rule',
    text: 'A charge is for the patient of what is charged, and for the Encounter in which it was given.',
  },
  noAccount: {
    status: 422,
    issue: 'business-rule',
    text: 'The Encounter in which it was given has no active Account of this patient.',
  },
  severalAccounts: {
    status: 422,
    issue: 'business-rule',
    text: 'The Encounter in which it was given has several active Accounts of this patient; name one in Encounter.account.',
  },
  wrongAccount: {
    status: 422,
    issue: 'business-rule',
    text: 'A dose is charged to one active Account of its Encounter (Encounter.account), of the same patient.',
  },
  otherCode: {
    status: 422,
    issue: 'business-rule',
    text: 'The code of the charge is none of those of what was given.',
  },
  noQuantity: {
    status: 422,
    issue: 'business-rule',
    text: 'How many units are charged cannot be told: the dose is not in the base unit of the product, nor in a unit of its strength. A definition with priced-per administration needs no units.',
  },
});
