import { timeBoxed } from '../../server/kernel/time-box.ts';
import type { ParsedMessage } from '../hl7/parsed-message.ts';
import type { MapContext, MessageMap } from '../map/map-context.ts';
import { MapFailure, type MappedMessage } from '../map/mapped-message.ts';
import type { MessageError } from './judge-arrival.ts';

export interface MapJob {
  readonly map: MessageMap;
  readonly message: ParsedMessage;
  readonly context: MapContext;
}

type MapResult = MappedMessage | MessageError;

/** Milliseconds that maps may take; those that take longer are caught in a loop. */
const LIMIT = 3000;

/**
 * Messages that are mapped within one limit. To set a limit takes as long as to map a message, or several when the machine is busy;
 * while messages are mapped no sender gets a reply.
 */
const TOGETHER = 10;

/**
 * Maps messages, each of which may fail, or not come to an end, without harm to the others.
 *
 * @param onBug told of what a map throws that is no {@link MapFailure}
 * @returns in their order
 */
export async function mapTogether(
  jobs: readonly MapJob[],
  onBug: (error: unknown) => void,
): Promise<readonly MapResult[]> {
  const results: MapResult[] = [];
  for (let at = 0; at < jobs.length; at += TOGETHER) {
    const some = jobs.slice(at, at + TOGETHER);
    const run = timeBoxed(() => some.map((job) => mapped(job, onBug)), LIMIT);
    results.push(...(run?.result ?? some.map((job) => mappedAlone(job, onBug))));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return results;
}

function mappedAlone(job: MapJob, onBug: (error: unknown) => void): MapResult {
  const run = timeBoxed(() => mapped(job, onBug), LIMIT);
  return run?.result ?? { location: 'MSH', code: '207', text: `Its map did not end within ${LIMIT} ms.` };
}

function mapped({ map, message, context }: MapJob, onBug: (error: unknown) => void): MapResult {
  try {
    return map.map(message, context);
  } catch (error) {
    if (error instanceof MapFailure) return { location: error.location, code: error.code, text: error.message };
    onBug(error);
    return { location: 'MSH', code: '207', text: 'Its map failed; the log has where.' };
  }
}
