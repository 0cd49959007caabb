import { decimalText, type Stored } from '#sdk';
import { conceptText } from '../terms.ts';
import { newestPerCode } from '../vitals/newest-per-code.ts';
import { line, query, type SummaryReader, type SummarySection } from './section-content.ts';

/** Days back; of a patient with more results than are looked through, the later ones. */
const WINDOWS = [3650, 730, 90, 14, 1];
const MOST = 2000;
const DAY = 24 * 3_600_000;

/** The newest result of each laboratory test. */
export const results = newest(
  'Results',
  '30954-2',
  'Relevant diagnostic tests/laboratory data Narrative',
  'laboratory',
);

export const vitalSigns = newest('Vital signs', '8716-3', 'Vital signs', 'vital-signs');

function newest(title: string, code: string, display: string, category: string): SummarySection {
  return {
    title,
    code,
    display,
    async gather(reader) {
      const found = await recent(reader, category);
      return newestPerCode(found, 1).map((resource) => ({ resource, text: textOf(resource) }));
    },
  };
}

async function recent(
  { context, patient }: SummaryReader,
  category: string,
): Promise<readonly Stored<'Observation'>[]> {
  for (const days of WINDOWS) {
    const since = new Date(context.now().getTime() - days * DAY).toISOString();
    const asked = query({ patient, category, date: `ge${since}`, status: 'final,amended,corrected', _sort: '-date' });
    if ((await context.count('Observation', asked)) <= MOST) return context.search('Observation', asked, MOST + 1);
  }
  return [];
}

type Measured = Pick<Stored<'Observation'>, 'code' | 'valueQuantity' | 'valueCodeableConcept' | 'valueString'>;

function textOf(observation: Stored<'Observation'>): string {
  const { code, effectiveDateTime, effectivePeriod, component = [] } = observation;
  const parts = component.map((each) => `${conceptText(each.code) ?? ''} ${valueOf(each) ?? ''}`.trim());
  return line(conceptText(code), effectiveDateTime ?? effectivePeriod?.start, valueOf(observation), ...parts);
}

function valueOf({ valueQuantity, valueCodeableConcept, valueString }: Omit<Measured, 'code'>): string | undefined {
  if (valueQuantity === undefined) return conceptText(valueCodeableConcept) ?? valueString;
  const { comparator = '', unit = valueQuantity.code ?? '' } = valueQuantity;
  return `${comparator}${decimalText(valueQuantity, 'value') ?? ''} ${unit}`.trim();
}
