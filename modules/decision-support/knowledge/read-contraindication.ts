import type { ResourceOf } from '#sdk';
import type { ContraindicationRule, DayRange } from './facts.ts';
import {
  BadFact,
  codeExtension,
  conditionCode,
  drugCode,
  extensionsOf,
  isAnyRoute,
  positiveNumber,
  severityOf,
  textExtension,
} from './read-fact.ts';

type Contraindication = ResourceOf<'MedicinalProductContraindication'>;

const KINDS = ['condition', 'pregnancy', 'renal', 'age'] as const;

/** @throws BadFact */
export function readContraindication(resource: Contraindication): ContraindicationRule {
  const code = codeExtension(resource, 'drug-fact-kind');
  const kind = KINDS.find((each) => each === code);
  if (kind === undefined) throw new BadFact(`its kind must be one of ${KINDS.join(', ')}`);
  return {
    id: resource.id ?? '',
    kind,
    severity: severityOf(resource),
    drug: drugCode(extensionsOf(resource, 'drug-fact-drug')[0]?.valueCoding),
    effect: textExtension(resource, 'drug-fact-effect'),
    management: textExtension(resource, 'drug-fact-management'),
    citation: textExtension(resource, 'drug-fact-citation'),
    reviewStatus: codeExtension(resource, 'drug-fact-review') ?? 'clinician-review-required',
    anyRoute: isAnyRoute(resource),
    condition: conditionOf(kind, resource),
    egfrBelow:
      kind === 'renal'
        ? positiveNumber(
            extensionsOf(resource, 'drug-fact-egfr-below')[0]?.valueQuantity,
            'mL/min/{1.73_m2}',
            'the function of the kidneys',
          ).value
        : undefined,
    age: kind === 'age' ? ageOf(resource) : undefined,
  };
}

function conditionOf(
  kind: ContraindicationRule['kind'],
  { disease, population }: Contraindication,
): string | undefined {
  if (kind === 'condition') return conditionCode(disease?.coding);
  return kind === 'pregnancy' ? conditionCode(population?.[0]?.physiologicalCondition?.coding) : undefined;
}

function ageOf({ population }: Contraindication): DayRange {
  const range = population?.[0]?.ageRange;
  if (range?.high === undefined) throw new BadFact('population.ageRange needs its upper end, in days (d)');
  const low = range.low === undefined ? 0 : positiveNumber(range.low, 'd', 'the lower end of the age').value;
  return { low, high: positiveNumber(range.high, 'd', 'the upper end of the age').value };
}
