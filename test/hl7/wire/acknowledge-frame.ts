import { acknowledge } from '../../../hl7-gateway/hl7/acknowledge.ts';
import { batchReply, splitBatch } from '../../../hl7-gateway/hl7/batch.ts';
import { decodeMessage, encodeMessage } from '../../../hl7-gateway/hl7/charset.ts';
import { newControlId } from '../../../hl7-gateway/hl7/control-id.ts';
import { ParseFailure } from '../../../hl7-gateway/hl7/parse-failure.ts';
import { parseMessage } from '../../../hl7-gateway/hl7/parse-message.ts';
import type { ParsedMessage } from '../../../hl7-gateway/hl7/parsed-message.ts';

/** What the wire does with a frame when nothing is stored: each message read and accepted, or refused for what it is. */
export function acknowledgeFrame(frame: Uint8Array, read: (message: ParsedMessage) => void): Uint8Array {
  const batch = splitBatch(frame);
  const replies = batch.messages.map((message) => replyTo(message, read));
  const [only = { text: '', charset: 'utf-8' }] = replies;
  if (!batch.isBatch) return encodeMessage(only.text, only.charset).bytes;
  const texts = replies.map(({ text }) => text);
  return encodeMessage(batchReply(batch, texts, { controlId: newControlId(), at: new Date() }), 'utf-8').bytes;
}

function replyTo(bytes: Uint8Array, read: (message: ParsedMessage) => void) {
  const { text, charset } = decodeMessage(bytes, { fallbackCharset: 'windows-1252' });
  const stamp = { controlId: newControlId(), at: new Date() };
  try {
    const message = parseMessage(text, { charset });
    read(message);
    return { text: acknowledge(message, { ...stamp, code: 'AA' }), charset };
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    const { location, code, message } = error;
    return {
      text: acknowledge(undefined, { ...stamp, code: 'AR', errors: [{ location, code, text: message }] }),
      charset,
    };
  }
}

/** Reads every part of a message, as a careful map or the message browser does. @returns how many characters */
export function readAll(message: ParsedMessage): number {
  let count = 0;
  for (const segment of message.segments) {
    for (let field = 1; field <= segment.fields; field += 1) {
      for (let repetition = 1; repetition <= segment.repetitions(field); repetition += 1) {
        for (let component = 1; component <= segment.components(field, repetition); component += 1) {
          count += segment.get(field, repetition, component).length;
        }
      }
    }
  }
  return count;
}
