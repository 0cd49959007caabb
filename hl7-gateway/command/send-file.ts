import { readFileSync } from 'node:fs';
import { splitBatch } from '../hl7/batch.ts';
import { MllpSendFailure } from '../mllp/mllp-client.ts';
import { openSender } from './sender.ts';

/**
 * Sends the messages of files, one after the other, and prints a line for each reply.
 * @param to `mllp://host:port` or `mllps://host:port`
 * @returns the exit code: 1 when one of them was not accepted
 */
export async function sendFile(files: readonly string[], to: string): Promise<number> {
  const sender = openSender(to);
  let refused = 0;
  try {
    for (const file of files) {
      for (const bytes of splitBatch(readFileSync(file)).messages) {
        const { controlId, code, isAccepted, why } = await sender.send(bytes);
        if (!isAccepted) refused += 1;
        process.stdout.write(`${file} ${controlId} ${code} ${why}\n`);
      }
    }
  } catch (error) {
    if (!(error instanceof MllpSendFailure)) throw error;
    process.stderr.write(`athanor hl7: ${to}: ${error.message}\n`);
    return 1;
  } finally {
    sender.close();
  }
  return refused === 0 ? 0 : 1;
}
