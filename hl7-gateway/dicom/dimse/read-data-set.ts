import { attributeAt } from './attributes.ts';
import type { DataSet } from './data-set.ts';
import type { ParsedElement } from './parse-data-set.ts';
import { textDecoder } from './text-decoder.ts';

const CHARACTER_SET = 0x00080005;

/** What is read of an element that has no name here: that it has a value. */
const SOMETHING = '?';

/**
 * Elements as texts, by keyword; those that are not known here by their number (`(0008,0070)`), for they may not be overlooked. Texts
 * are read in the character set that the data set or, before it, the item around them names; dcmjs 0.50 reads items of sequences in Latin.
 */
export function readDataSet(elements: readonly ParsedElement[], outer = ''): DataSet {
  const named = elements.find(({ tag }) => tag === CHARACTER_SET)?.value;
  const characterSet = Buffer.isBuffer(named) ? named.toString('latin1').trim() : outer;
  const found: Record<string, string | readonly DataSet[]> = {};
  for (const { tag, value } of elements) {
    const attribute = attributeAt(tag);
    if (attribute === undefined) found[numberOf(tag)] = value.length === 0 ? '' : SOMETHING;
    else if (!Buffer.isBuffer(value)) found[attribute.keyword] = value.map((item) => readDataSet(item, characterSet));
    else found[attribute.keyword] = trimmed(textDecoder(characterSet)(value));
  }
  return found;
}

function numberOf(tag: number): string {
  const digits = tag.toString(16).padStart(8, '0');
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
}

/** Spaces that fill a value up are no part of it. */
function trimmed(text: string): string {
  return text
    .split('\\')
    .map((each) => each.replace(/^ +|[ \0]+$/g, ''))
    .join('\\');
}
