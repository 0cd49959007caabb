import type { ParsedMessage } from './parsed-message.ts';

/** HL7 table 0155: always, never, on error or reject, on success. */
export type Condition = 'AL' | 'NE' | 'ER' | 'SU';

export type AcknowledgementMode =
  | { readonly kind: 'original' }
  | {
      readonly kind: 'enhanced';
      /** MSH-15: when a commit reply is asked for. */
      readonly accept: Condition;
      /** MSH-16: when an application reply is. */
      readonly application: Condition;
    };

/**
 * Original mode where neither MSH-15 nor MSH-16 says anything (HL7 v2.5.1 §2.9.2); where only one does, the other is never. What is
 * not in the table is answered always, as silence would be worse.
 */
export function acknowledgementMode(message: ParsedMessage): AcknowledgementMode {
  const accept = message.header.get(15, 1, 1).trim();
  const application = message.header.get(16, 1, 1).trim();
  if (accept === '' && application === '') return { kind: 'original' };
  return { kind: 'enhanced', accept: conditionOf(accept), application: conditionOf(application) };
}

function conditionOf(sent: string): Condition {
  if (sent === '') return 'NE';
  return (['NE', 'ER', 'SU'] as const).find((condition) => condition === sent.toUpperCase()) ?? 'AL';
}

export function isAsked(condition: Condition, isSuccess: boolean): boolean {
  switch (condition) {
    case 'AL':
      return true;
    case 'NE':
      return false;
    case 'ER':
      return !isSuccess;
    case 'SU':
      return isSuccess;
  }
}
