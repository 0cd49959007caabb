import type { JsonObject } from '../../kernel/json.ts';
import { addIssueAt, type Walk } from '../walk.ts';

/** `size` is the number of bytes that `data` holds. https://hl7.org/fhir/R4/datatypes.html#Attachment */
export function checkAttachment({ data, size }: JsonObject, walk: Walk): void {
  if (typeof data !== 'string' || typeof size !== 'number') return;
  const actual = byteLength(data);
  if (actual === size) return;
  addIssueAt(walk, ['size'], 'value', `size is ${size}, but data holds ${actual} bytes. Expected is ${actual}.`);
}

/** Of base64, whose groups of four characters stand for three bytes; white space may stand between them. */
function byteLength(base64: string): number {
  let characters = 0;
  let padding = 0;
  for (let at = 0; at < base64.length; at += 1) {
    const code = base64.charCodeAt(at);
    if (code <= 32) continue;
    characters += 1;
    if (code === 61) padding += 1;
  }
  return (characters / 4) * 3 - padding;
}
