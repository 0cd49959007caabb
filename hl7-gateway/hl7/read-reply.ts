import type { ReplyError } from './error-segment.ts';
import { parseMessage } from './parse-message.ts';
import type { ParsedMessage, ParsedSegment } from './parsed-message.ts';

export interface Reply {
  /** MSA-1: `AA`, `CR` …; empty for what is no reply. */
  readonly code: string;
  /** MSA-2: MSH-10 of what it answers. */
  readonly controlId: string;
  /** MSA-3. */
  readonly text: string;
  readonly errors: readonly ReplyError[];
}

/** Of any message with an MSA: ACK, ORR, ORL, RSP … */
export function readReply(message: ParsedMessage): Reply {
  const outcome = message.segments.find(({ name }) => name === 'MSA');
  return {
    code: outcome?.get(1, 1, 1).trim().toUpperCase() ?? '',
    controlId: outcome?.get(2, 1).trim() ?? '',
    text: outcome?.get(3, 1) ?? '',
    errors: message.segments.filter(({ name }) => name === 'ERR').flatMap(errorsOf),
  };
}

/** As from 2.5 on in fields of their own, before it in the repetitions of ERR-1. */
function errorsOf(segment: ParsedSegment): ReplyError[] {
  const code = segment.get(3, 1, 1);
  if (code !== '') {
    const location = segment.getRaw(2, 1).replaceAll(/\^+$/g, '');
    return [
      { location, code, severity: severityOf(segment.get(4, 1, 1)), text: segment.get(8, 1) || segment.get(3, 1, 2) },
    ];
  }
  return Array.from({ length: segment.repetitions(1) }, (_, at) => {
    const part = (component: number, subcomponent?: number) => segment.get(1, at + 1, component, subcomponent);
    const location = [part(1), part(2), part(3)].join('^').replaceAll(/\^+$/g, '');
    return { location, code: part(4, 1), severity: 'E' as const, text: part(4, 2) };
  });
}

function severityOf(sent: string): 'E' | 'W' | 'I' {
  return sent === 'W' || sent === 'I' ? sent : 'E';
}

/** MSA follows MSH directly, or after a few segments about software. */
const MAX_HEAD = 65_536;

/** Whether a frame answers the message with this MSH-10 (ASCII), whatever its type. */
export function isReplyTo(frame: Uint8Array, controlId: string): boolean {
  const head = Buffer.from(frame.buffer, frame.byteOffset, Math.min(frame.length, MAX_HEAD)).toString('latin1');
  try {
    return readReply(parseMessage(head)).controlId === controlId;
  } catch {
    return false;
  }
}
