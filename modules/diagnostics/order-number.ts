import type { ResourceOf } from '#sdk';

type Identifier = NonNullable<ResourceOf<'ServiceRequest'>['identifier']>[number];

/** https://hl7.org/fhir/R4/imagingstudy.html#notes */
export const STUDY_UID = 'urn:dicom:uid';
/** Accession numbers that this clinic gives. */
export const ACCESSION = 'https://athanor.health/fhir/identifier/accession';

const TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';

/** Base 32 of Crockford: nothing that is read for something else (https://www.crockford.com/base32.html). */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 13;

/** By which images are filed: an accession number of anybody, or a Study Instance UID. */
export function isImagingNumber(identifier: Identifier): boolean {
  return identifier.system === STUDY_UID || isAccession(identifier);
}

/** @param identifier of anybody: known by its type, ours by its system too */
export function isAccession({ system, type }: Identifier): boolean {
  const codings = type?.coding ?? [];
  return system === ACCESSION || codings.some((coding) => coding.system === TYPES && coding.code === 'ACSN');
}

/**
 * `A`, 13 characters, and a check character that finds every wrong one and almost all neighbours in the wrong order. It fits into DICOM's
 * value representation SH (16), and in barcodes of type Code 39.
 * @param id a UUID: 65 of its random bits; a number that two ids share is refused by the rule
 */
export function accessionFor(id: string): Identifier {
  let rest = randomBits(BigInt(`0x${id.replaceAll('-', '')}`));
  let text = '';
  for (let position = 0; position < LENGTH; position += 1) {
    text = DIGITS.charAt(Number(rest % 32n)) + text;
    rest /= 32n;
  }
  return {
    type: { coding: [{ system: TYPES, code: 'ACSN', display: 'Accession ID' }] },
    system: ACCESSION,
    value: `A${text}${checkCharacter(text)}`,
  };
}

/** The last 62 bits, and 3 from before the variant: random in versions 4 and 7 (RFC 9562, figures 8 and 11). */
function randomBits(uuid: bigint): bigint {
  return ((uuid >> 64n) & 7n) * 2n ** 62n + BigInt.asUintN(62, uuid);
}

/** Luhn's formula modulo 32 (ISO/IEC 7812-1, annex B, for more digits). */
export function checkCharacter(text: string): string {
  let sum = 0;
  for (const [index, digit] of [...text].reverse().entries()) {
    const doubled = DIGITS.indexOf(digit) * (index % 2 === 0 ? 2 : 1);
    sum += Math.floor(doubled / DIGITS.length) + (doubled % DIGITS.length);
  }
  return DIGITS.charAt((DIGITS.length - (sum % DIGITS.length)) % DIGITS.length);
}

/** A UID of a UUID: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_B.2.html */
export function studyUidFor(id: string): Identifier {
  return { system: STUDY_UID, value: `urn:oid:2.25.${BigInt(`0x${id.replaceAll('-', '')}`).toString()}` };
}
