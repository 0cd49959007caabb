import { faults } from './faults.ts';
import { lastDay } from './local-day.ts';

/** What a barcode says. https://ref.gs1.org/standards/genspecs/ (General Specifications, section 3) */
export interface Gs1 {
  /** 14 digits. */
  readonly gtin: string | undefined;
  readonly lotNumber: string | undefined;
  /** Last day of use, `YYYY-MM-DD`: day 00 stands for the last of the month. */
  readonly expiresOn: string | undefined;
  readonly serial: string | undefined;
  /** AI 30 or 37: how many pieces. */
  readonly count: number | undefined;
  /** All elements, by application identifier. */
  readonly elements: Readonly<Record<string, string>>;
}

const SEPARATOR = '\u001d';
/** Symbology identifiers of GS1-128, GS1 DataMatrix, GS1 QR Code and GS1 DataBar. */
const SYMBOLOGY = /^\](?:C1|d2|Q3|e0)/;
const CHARACTERS = /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+$/;

/** Lengths of the values of application identifiers; a negative one is the most of a value that ends with a separator. */
const LENGTHS: Readonly<Record<string, number>> = {
  '00': 18,
  '01': 14,
  '02': 14,
  '10': -20,
  '11': 6,
  '12': 6,
  '13': 6,
  '15': 6,
  '16': 6,
  '17': 6,
  '20': 2,
  '21': -20,
  '22': -20,
  '30': -8,
  '37': -8,
  '240': -30,
  '241': -30,
  '250': -30,
  '400': -30,
  '410': 13,
  '414': 13,
  '710': -20,
  '711': -20,
  '712': -20,
  '713': -20,
  '714': -20,
  '715': -20,
  '7003': 10,
};
const DATES: readonly string[] = ['11', '12', '13', '15', '16', '17'];

/**
 * Reads a GS1 element string, as scanners send it (with FNC1 as U+001D) or as people write it, `(01)…(17)…(10)…`; or a GTIN
 * of 8, 12, 13 or 14 digits.
 * @param thisYear decides the century of two digits; without it, it is ours
 * @throws Fault 422
 */
export function parseGs1(text: string, thisYear?: number): Gs1 {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > 200) throw faults.badBarcode('it is empty or longer than 200 characters');
  const elements = elementsOf(trimmed);
  for (const ai of ['01', '02', '00'] as const) {
    const digits = elements[ai];
    if (digits !== undefined && !hasCheckDigit(digits)) throw faults.badBarcode(`the check digit of (${ai}) is wrong`);
  }
  for (const ai of DATES) if (elements[ai] !== undefined) dateOf(ai, elements[ai], thisYear);
  const count = elements['30'] ?? elements['37'];
  return {
    gtin: elements['01'] ?? elements['02'],
    lotNumber: elements['10'],
    expiresOn: elements['17'] === undefined ? undefined : dateOf('17', elements['17'], thisYear),
    serial: elements['21'],
    count: count === undefined ? undefined : Number(count),
    elements,
  };
}

/** Modulo 10 with weights 3 and 1 from the right. https://www.gs1.org/services/how-calculate-check-digit-manually */
export function hasCheckDigit(digits: string): boolean {
  if (!/^\d{8,18}$/.test(digits)) return false;
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

function elementsOf(text: string): Readonly<Record<string, string>> {
  if (/^(?:\d{8}|\d{12,14})$/.test(text)) return { '01': text.padStart(14, '0') };
  return text.startsWith('(') ? bracketed(text) : scanned(text.replace(SYMBOLOGY, ''));
}

function bracketed(text: string): Readonly<Record<string, string>> {
  const elements: Record<string, string> = {};
  const parts = [...text.matchAll(/\((\d{2,4})\)([^(]+(?:\((?!\d{2,4}\))[^(]*)*)/g)];
  if (parts.map(([whole]) => whole).join('') !== text)
    throw faults.badBarcode('its brackets are not pairs of (identifier) and value');
  for (const [, ai = '', value = ''] of parts) put(elements, ai, value, lengthOf(ai));
  return elements;
}

function scanned(text: string): Readonly<Record<string, string>> {
  const elements: Record<string, string> = {};
  let rest = text.startsWith(SEPARATOR) ? text.slice(1) : text;
  while (rest !== '') {
    const ai = [2, 3, 4].map((length) => rest.slice(0, length)).find((each) => Object.hasOwn(LENGTHS, each));
    if (ai === undefined)
      throw faults.badBarcode(`"${rest.slice(0, 4)}" is no application identifier that is known here`);
    const length = lengthOf(ai);
    const after = rest.slice(ai.length);
    const end = after.indexOf(SEPARATOR);
    const value = length > 0 ? after.slice(0, length) : after.slice(0, end < 0 ? undefined : end);
    put(elements, ai, value, length);
    rest = after.slice(value.length);
    if (rest.startsWith(SEPARATOR)) rest = rest.slice(1);
  }
  return elements;
}

function lengthOf(ai: string): number {
  const length = Object.hasOwn(LENGTHS, ai) ? LENGTHS[ai] : undefined;
  if (length === undefined) throw faults.badBarcode(`(${ai}) is no application identifier that is known here`);
  return length;
}

function put(elements: Record<string, string>, ai: string, value: string, length: number): void {
  const fits =
    length > 0 ? value.length === length && /^\d+$/.test(value) : value.length >= 1 && value.length <= -length;
  if (!fits || !CHARACTERS.test(value))
    throw faults.badBarcode(`the value of (${ai}) is too short, too long or has other characters`);
  if ((ai === '30' || ai === '37') && !/^\d+$/.test(value)) throw faults.badBarcode(`(${ai}) is a number`);
  if (elements[ai] !== undefined && elements[ai] !== value) throw faults.badBarcode(`(${ai}) is there twice`);
  elements[ai] = value;
}

/** YYMMDD. The century is the one in which the year is at most 49 before or 50 after this one (section 7.12). */
function dateOf(ai: string, digits: string, thisYear = 2000): string {
  const [short, month, day] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)];
  const base = thisYear === 2000 ? 2000 : thisYear - (thisYear % 100);
  const distance = Number(short) - (thisYear % 100);
  const century = thisYear === 2000 ? 2000 : distance >= 51 ? base - 100 : distance <= -50 ? base + 100 : base;
  const year = String(century + Number(short));
  if (Number(month) < 1 || Number(month) > 12) throw faults.badBarcode(`(${ai}) is no date`);
  const last = lastDay(`${year}-${month}`);
  if (day === '00') return last;
  const date = `${year}-${month}-${day}`;
  if (Number(day) < 1 || date > last) throw faults.badBarcode(`(${ai}) is no date`);
  return date;
}
