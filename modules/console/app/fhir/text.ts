import type { Address, CodeableConcept, HumanName, Identifier, Quantity, Reference } from '@medplum/fhirtypes';

/** A concept as people read it; empty for none. */
export function conceptText(concept: CodeableConcept | undefined): string {
  const coding = concept?.coding?.find(({ display }) => display !== undefined) ?? concept?.coding?.[0];
  return concept?.text ?? coding?.display ?? coding?.code ?? '';
}

/** The name that somebody is called by: the official one before the others, family name first. */
export function nameText(names: readonly HumanName[] | undefined): string {
  const current = (names ?? []).filter(({ use }) => use !== 'old' && use !== 'maiden');
  const name = current.find(({ use }) => use === 'official') ?? current[0];
  if (name === undefined) return 'Without a name';
  const given = (name.given ?? []).join(' ');
  return name.family === undefined
    ? (name.text ?? given)
    : [name.family, given].filter((part) => part !== '').join(', ');
}

export function addressText({ line = [], postalCode, city, country }: Address): string {
  const place = [postalCode, city].filter((part) => part !== undefined).join(' ');
  return [...line, place, country].filter((part) => part !== undefined && part !== '').join(', ');
}

/** The medical record number, or else the first identifier. */
export function recordNumber(identifiers: readonly Identifier[] | undefined): string {
  const isRecordNumber = ({ type }: Identifier): boolean => type?.coding?.some(({ code }) => code === 'MR') ?? false;
  return (identifiers?.find(isRecordNumber) ?? identifiers?.[0])?.value ?? '';
}

/** Without digits that say nothing: a dose is never written 1.0. */
export function quantityText(quantity: Quantity | undefined): string {
  if (quantity?.value === undefined) return '';
  const { value, comparator = '', unit, code = '' } = quantity;
  const counted = code.startsWith('{') ? countedText(code, value) : (unit ?? code);
  return `${comparator}${value} ${counted}`.trim();
}

/** What is counted, by its UCUM code: `{tablet}`; other units are no words, and have no plural. */
export function countedText(code: string, count: number): string {
  const word = code.replace(/^\{(.*)\}$/, '$1');
  if (word === code || count === 1) return word;
  return /(?:s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

/** The id in a reference to something of this server. */
export function idOf(reference: Reference | undefined): string | undefined {
  return /^[A-Z]\w+\/([\w.-]+)/.exec(reference?.reference ?? '')?.[1];
}
