import type { Timing } from '../order.ts';
import type { Repeat } from './dose-days.ts';

const INTERVALS: Readonly<Record<string, number>> = { Q1H: 1, Q2H: 2, Q3H: 3, Q4H: 4, Q6H: 6, Q8H: 8 };

/** What the codes for timings mean, https://hl7.org/fhir/R4/valueset-timing-abbreviation.html */
const MEANINGS: Readonly<Record<string, Repeat>> = {
  QD: { frequency: 1, period: 1, periodUnit: 'd' },
  BID: { frequency: 2, period: 1, periodUnit: 'd' },
  TID: { frequency: 3, period: 1, periodUnit: 'd' },
  QID: { frequency: 4, period: 1, periodUnit: 'd' },
  QOD: { frequency: 1, period: 2, periodUnit: 'd' },
  AM: { when: ['MORN'] },
  PM: { when: ['AFT'] },
  BED: { when: ['HS'] },
  WK: { frequency: 1, period: 1, periodUnit: 'wk' },
  MO: { frequency: 1, period: 1, periodUnit: 'mo' },
};

/** Where bounds stand although a code says how often. */
const LIMITS = ['boundsDuration', 'boundsPeriod', 'boundsRange', 'count', 'countMax', 'duration', 'durationMax'];

/** What is to be repeated: as it says, or what its code stands for; undefined when it says neither. */
export function repeatOf({ repeat, code }: Timing): Repeat | undefined {
  if (repeat !== undefined && Object.keys(repeat).some((key) => !LIMITS.includes(key) && key !== 'durationUnit')) {
    return repeat;
  }
  for (const { code: name = '' } of code?.coding ?? []) {
    const hours = INTERVALS[name];
    const meaning = hours === undefined ? MEANINGS[name] : ({ frequency: 1, period: hours, periodUnit: 'h' } as const);
    if (meaning !== undefined) return { ...repeat, ...meaning };
  }
  return repeat;
}
