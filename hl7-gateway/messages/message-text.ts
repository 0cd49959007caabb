import { fault } from '../../server/kernel/fault.ts';
import { decodeMessage, encodeMessage, type CharsetRules } from '../hl7/charset.ts';

/** Longest string of FHIR. https://hl7.org/fhir/R4/datatypes.html#string */
const LONGEST = 1024 * 1024;

/**
 * A message as a text that people may change: its segments on lines. Undefined where a FHIR string cannot hold it: it is too
 * long, or has control characters.
 */
export function editableText(text: string): string | undefined {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
  // https://hl7.org/fhir/R4/datatypes.html#string: of the control characters tabs and ends of lines alone.
  const isPlain = !/[^\P{Cc}\t\n]/u.test(lines) && lines.isWellFormed();
  return isPlain && lines.length <= LONGEST ? lines : undefined;
}

/**
 * A corrected text as its sender would have sent it.
 * @param charset of the message that it corrects
 * @throws Fault 422 for characters that the charset does not have, or that the partner's rules would read as others
 */
export function correctedBytes(text: string, charset: string, reading: CharsetRules): Buffer {
  const message = `${text.replace(/\r\n?|\n/g, '\r').replace(/\r+$/, '')}\r`;
  const { bytes, hasUnmappable } = encodeMessage(message, charset);
  if (hasUnmappable || decodeMessage(bytes, reading).text !== message) {
    throw fault(
      'hl7.charset',
      422,
      'value',
      `The text cannot be written in ${charset}, which is what the message is written in.`,
    );
  }
  return Buffer.from(bytes);
}
