import { hasReason, suspiciousPairs } from './new-pairs.ts';
import type { BreachRule } from './rule.ts';

/** Celebrity, employee (v3-ActCode), very restricted (v3-Confidentiality). */
const LABELS = ['CEL', 'EMP', 'V'];

/** The record of a well-known person, a colleague, or somebody specially protected, whom the person does not treat. */
export const sensitiveRecord: BreachRule = {
  code: 'sensitive-record',
  title: 'Record of a well-known person or a colleague',
  severity: 'high',
  find: (watch) =>
    suspiciousPairs(watch, async (_agent, patient, pair) => {
      const label = patient.labels.find((code) => LABELS.includes(code));
      if (label === undefined || (await hasReason(watch, pair))) return undefined;
      return `The record is labelled ${label}, and nothing links them: no appointment, encounter or care team.`;
    }),
};
