import type { OutgoingSegment } from './build-message.ts';
import { isFrom } from './versions.ts';

export interface ReplyError {
  /** Segment, its number, field, repetition, component: `PID^1^3`. */
  readonly location?: string;
  /** HL7 table 0357. */
  readonly code: string;
  /** Error by default. */
  readonly severity?: 'E' | 'W' | 'I';
  /** For people; holds nothing of the message. */
  readonly text: string;
}

export const ERROR_SYSTEM = 'HL70357';

/** https://terminology.hl7.org/CodeSystem-v2-0357.html */
const NAMES: Readonly<Record<string, string>> = {
  '0': 'Message accepted',
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '103': 'Table value not found',
  '200': 'Unsupported message type',
  '201': 'Unsupported event code',
  '202': 'Unsupported processing id',
  '203': 'Unsupported version id',
  '204': 'Unknown key identifier',
  '205': 'Duplicate key identifier',
  '206': 'Application record locked',
  '207': 'Application internal error',
};

export function nameOfError(code: string): string {
  return NAMES[code] ?? '';
}

/** Before 2.5 an error is one field, ERR-1, and its text stands in MSA-3. */
export function isOldError(version: string): boolean {
  return !isFrom(version, '2.5');
}

/** A segment per error from 2.5 on; before it one segment with a repetition per error (ELD). */
export function errorSegments(errors: readonly ReplyError[], version: string): readonly OutgoingSegment[] {
  if (errors.length === 0) return [];
  if (isOldError(version)) {
    const repetitions = errors.map(({ location = '', code }) => {
      const [segment = '', sequence = '', field = ''] = location.split('^');
      return [segment, sequence, field, [code, nameOfError(code), ERROR_SYSTEM]];
    });
    return [['ERR', { repetitions }]];
  }
  return errors.map(({ location = '', code, severity = 'E', text }): OutgoingSegment => {
    const coded = [code, nameOfError(code), ERROR_SYSTEM];
    return ['ERR', undefined, location.split('^'), coded, severity, undefined, undefined, undefined, text];
  });
}
