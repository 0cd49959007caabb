import { serveMllp } from '../../../hl7-gateway/mllp/serve-mllp.ts';
import { acknowledgeFrame, readAll } from './acknowledge-frame.ts';

/** What the process tells: its port first, then, whenever it is asked (by any message), what it has seen so far. */
export type WireReport = { readonly port: number } | WireState;

export interface WireState {
  readonly received: number;
  /** Errors that are no refusal, by their message. */
  readonly failures: readonly string[];
  /** MiB. */
  readonly peakMemory: number;
}

const MIB = 1024 * 1024;
const failures: string[] = [];
let received = 0;
let peakMemory = 0;

const server = await serveMllp({
  listeners: [{ host: '127.0.0.1', port: 0 }],
  limits: { endPause: 50 },
  async receive(frame) {
    received += 1;
    return acknowledgeFrame(frame, readAll);
  },
  onEvent(event) {
    if (event.kind === 'failed') failures.push(event.error instanceof Error ? event.error.message : 'not an error');
  },
});
setInterval(() => (peakMemory = Math.max(peakMemory, process.memoryUsage().rss / MIB)), 20);

const tell = (report: WireReport) => process.send?.(report);
process.on('message', () => tell({ received, failures, peakMemory }));
process.on('disconnect', () => process.exit());
tell({ port: server.ports[0] ?? 0 });
