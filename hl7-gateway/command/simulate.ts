import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { splitBatch } from '../hl7/batch.ts';
import { MllpSendFailure } from '../mllp/mllp-client.ts';
import { openSender } from './sender.ts';

export interface Simulation {
  /** Folder with files of messages; others are not looked at. */
  readonly folder: string;
  /** `mllp://host:port` or `mllps://host:port` */
  readonly to: string;
  /** Messages a second, at most. */
  readonly rate: number;
  /** Messages that are sent in all. */
  readonly count: number;
}

const MESSAGES = /\.(?:hl7|txt|er7)$/i;

/**
 * Sends the messages of a folder again and again, as a busy sender would, each time with an MSH-10 of its own; prints how many were
 * answered how.
 * @returns the exit code: 1 when one of them was not accepted, or there are none
 */
export async function simulate({ folder, to, rate, count }: Simulation): Promise<number> {
  const messages = readdirSync(folder)
    .filter((name) => MESSAGES.test(name))
    .sort()
    .flatMap((name) => splitBatch(readFileSync(join(folder, name))).messages);
  if (messages.length === 0) {
    process.stderr.write(`athanor hl7: ${folder} has no messages (*.hl7, *.txt, *.er7)\n`);
    return 1;
  }
  const sender = openSender(to);
  const run = Date.now().toString(36).toUpperCase();
  const codes = new Map<string, number>();
  let refused = 0;
  const started = performance.now();
  try {
    for (let sent = 0; sent < count; sent += 1) {
      const due = started + (sent / rate) * 1000;
      await delay(Math.max(0, due - performance.now()));
      const bytes = messages[sent % messages.length] ?? Buffer.alloc(0);
      const { code, isAccepted } = await sender.send(bytes, `S${run}-${sent + 1}`);
      codes.set(code, (codes.get(code) ?? 0) + 1);
      if (!isAccepted) refused += 1;
    }
  } catch (error) {
    if (!(error instanceof MllpSendFailure)) throw error;
    process.stderr.write(`athanor hl7: ${to}: ${error.message}\n`);
    refused += 1;
  } finally {
    sender.close();
  }
  const seconds = (performance.now() - started) / 1000;
  const told = [...codes].map(([code, times]) => `${code}: ${times}`).join(', ');
  process.stdout.write(`${told} in ${seconds.toFixed(1)} s\n`);
  return refused === 0 ? 0 : 1;
}
