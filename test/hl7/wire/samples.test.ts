import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { acknowledge } from '../../../hl7-gateway/hl7/acknowledge.ts';
import { splitBatch } from '../../../hl7-gateway/hl7/batch.ts';
import { decodeMessage, encodeMessage } from '../../../hl7-gateway/hl7/charset.ts';
import { parseMessage, serializeMessage } from '../../../hl7-gateway/hl7/parse-message.ts';
import { isReplyTo } from '../../../hl7-gateway/hl7/read-reply.ts';
import { createFramer, frameOf } from '../../../hl7-gateway/mllp/framer.ts';
import { ROOT } from '../../architecture/source-files.ts';
import { readAll } from './acknowledge-frame.ts';

const FOLDER = join(ROOT, '../shared/data/hl7v2');
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith('.hl7')) : [];

if (files.length === 0) test.skip('sample messages: ../shared/data/hl7v2 is not there', () => undefined);
else {
  test.each(files)('%s comes out of the wire as it went in', (file) => {
    const bytes = readFileSync(join(FOLDER, file));
    const [frame, ...others] = createFramer(1_000_000).push(frameOf(bytes) ?? bytes);
    expect([frame?.kind, others]).toEqual(['frame', []]);
    const { messages, isBatch } = splitBatch(frame?.kind === 'frame' ? frame.bytes : new Uint8Array());
    expect([messages.length, isBatch]).toEqual([1, false]);

    const { text, charset } = decodeMessage(messages[0] ?? new Uint8Array(), {
      fallbackCharset: 'windows-1252',
    });
    const message = parseMessage(text, { charset });
    expect(Buffer.from(encodeMessage(serializeMessage(message), charset).bytes).equals(bytes)).toBe(true);
    // No line is lost between segments, and none is a segment that is none.
    const lines = text
      .replace(/^\ufeff/, '')
      .split(/[\r\n]+/)
      .filter((line) => line.trim() !== '');
    expect(message.segments.map(({ raw }) => raw)).toEqual(lines);
    expect(message.event).toMatch(/^[A-Z]{3}\^[A-Z]\d\d$/);
    expect(readAll(message)).toBeGreaterThan(50);

    const reply = acknowledge(message, { code: 'AA', controlId: 'R1', at: new Date() });
    expect(isReplyTo(Buffer.from(reply), message.controlId)).toBe(true);
    expect(parseMessage(reply).controlId).toBe('R1');
  });
}
