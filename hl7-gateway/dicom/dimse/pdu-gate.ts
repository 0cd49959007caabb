/** PDU types: https://dicom.nema.org/medical/dicom/current/output/chtml/part08/sect_9.3.html */
const ASSOCIATE = 0x01;
const DATA = 0x04;
const RELEASE = 0x05;
const ABORT = 0x07;
const HEADER = 6;

export interface GateLimits {
  /** Largest A-ASSOCIATE-RQ, bytes. */
  readonly associate: number;
  /** Largest P-DATA-TF: what is announced as our maximum length. */
  readonly data: number;
  /** Largest command or data set, all its fragments together. */
  readonly message: number;
}

/** Why a connection ends. Never holds what came. */
export type GateProblem = 'type' | 'order' | 'length' | 'fragment' | 'content' | 'too long';

/** A command or a data set, whole. */
export interface MessagePart {
  readonly isCommand: boolean;
  /** Id of the presentation context. */
  readonly context: number;
  readonly bytes: Buffer;
}

export interface PduGate {
  /**
   * Takes what came.
   * @returns whole PDUs that may go on; or why the connection is to end: then nothing more is taken
   */
  take(chunk: Buffer): readonly Buffer[] | GateProblem;
}

/**
 * Lets through what DICOM's upper layer may bring to a provider, and holds no more than a PDU. Whatever reads behind it meets whole PDUs of known
 * types, whose fragments fit into them, in messages of bounded size that somebody has looked at.
 * @param isAccepted asked for each command and data set that is complete, before the PDU with its end goes on
 */
export function openPduGate(limits: GateLimits, isAccepted: (part: MessagePart) => boolean): PduGate {
  let held: Buffer = Buffer.alloc(0);
  let isAssociated = false;
  let problem: GateProblem | undefined;
  const fragments: Buffer[] = [];
  let size = 0;
  let partOf: number | undefined;

  function headerProblem(type: number, length: number): GateProblem | undefined {
    if (type !== ASSOCIATE && type !== DATA && type !== RELEASE && type !== ABORT) return 'type';
    if ((type === ASSOCIATE) === isAssociated && type !== ABORT) return 'order';
    const most = type === ASSOCIATE ? limits.associate : type === DATA ? limits.data : 4;
    return length > most || ((type === RELEASE || type === ABORT) && length !== 4) ? 'length' : undefined;
  }

  /** https://dicom.nema.org/medical/dicom/current/output/chtml/part08/sect_9.3.5.html, and its message control header (annex E) */
  function fragmentProblem(pdu: Buffer): GateProblem | undefined {
    for (let at = HEADER; at < pdu.length;) {
      if (at + 6 > pdu.length) return 'fragment';
      const length = pdu.readUInt32BE(at);
      const [context, control] = [pdu[at + 4] ?? 0, pdu[at + 5] ?? 0];
      const end = at + 4 + length;
      const key = context * 2 + (control & 1);
      const isNext = partOf === undefined || partOf === key;
      if (length < 2 || end > pdu.length || context % 2 === 0 || control > 3 || !isNext) return 'fragment';
      partOf = key;
      size += length - 2;
      if (size > limits.message) return 'too long';
      fragments.push(pdu.subarray(at + 6, end));
      if (control >= 2) {
        const bytes = Buffer.concat(fragments.splice(0));
        size = 0;
        partOf = undefined;
        if (!isAccepted({ isCommand: control === 3, context, bytes })) return 'content';
      }
      at = end;
    }
    return undefined;
  }

  return {
    take(chunk) {
      if (problem !== undefined) return problem;
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const whole: Buffer[] = [];
      while (held.length >= HEADER) {
        const [type = 0] = held;
        const length = held.readUInt32BE(2);
        problem = headerProblem(type, length);
        if (problem !== undefined) return problem;
        if (held.length < HEADER + length) break;
        // A copy: what is behind the gate may keep it, and would keep the whole chunk.
        const pdu = Buffer.from(held.subarray(0, HEADER + length));
        problem = type === DATA ? fragmentProblem(pdu) : undefined;
        if (problem !== undefined) return problem;
        isAssociated ||= type === ASSOCIATE;
        whole.push(pdu);
        held = held.subarray(HEADER + length);
      }
      return whole;
    },
  };
}
