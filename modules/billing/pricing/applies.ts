import {
  Fault,
  type AnyResource,
  type EvaluateFhirPath,
  type FhirPathOperand,
  type ResourceOf,
  type Stored,
} from '#sdk';
import { faults } from '../faults.ts';
import type { Condition, Definition, Group } from './price-definition.ts';

/** What expressions may look at. */
export interface PricedContext {
  /** What is charged: `%context`. */
  readonly charge: ResourceOf<'ChargeItem'>;
  /** `%patient`, empty when it is for nobody by name. */
  readonly patient: Stored<'Patient'> | undefined;
  /** `%encounter` */
  readonly encounter: Stored<'Encounter'> | undefined;
  /** `%date`: the day, by the clocks of the place, `YYYY-MM-DD`. */
  readonly day: string;
}

/**
 * Groups of a definition whose conditions are all true, none when those of the definition are not. What gives nothing is not true.
 * https://hl7.org/fhir/R4/chargeitemdefinition-definitions.html#ChargeItemDefinition.applicability
 * @throws Fault 422 when a condition cannot be decided for these data
 */
export function groupsThatApply(
  definition: Definition,
  canonical: string,
  priced: PricedContext,
  fhirPath: EvaluateFhirPath,
): readonly Group[] {
  const holds = ({ expression }: Condition): boolean => {
    if (expression === undefined) return true;
    try {
      return isTrue(evaluated(expression, priced, fhirPath));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // What FHIRPath says of it may quote the patient's data.
      throw faults.undecided(canonical);
    }
  };
  if (!(definition.applicability ?? []).every(holds)) return [];
  return (definition.propertyGroup ?? []).filter(({ applicability = [] }) => applicability.every(holds));
}

/** What a condition gives. @throws Fault 422 for what is no FHIRPath, or does not fit the data */
export function evaluated(
  expression: string,
  { charge, patient, encounter, day }: PricedContext,
  fhirPath: EvaluateFhirPath,
): ReturnType<EvaluateFhirPath> {
  const [date] = fhirPath(`@${day}`, charge);
  const some = (resource: AnyResource | undefined): readonly FhirPathOperand[] =>
    resource === undefined ? [] : [resource];
  return fhirPath(expression, charge, {
    patient: some(patient),
    encounter: some(encounter),
    date: date === undefined ? [] : [date],
  });
}

/** Types of truth values: of the language, and of elements. */
export const BOOLEAN: readonly string[] = ['System.Boolean', 'boolean'];

function isTrue(found: ReturnType<EvaluateFhirPath>): boolean {
  const [only] = found;
  return found.length === 1 && only !== undefined && BOOLEAN.includes(only.type) && only.value === true;
}
