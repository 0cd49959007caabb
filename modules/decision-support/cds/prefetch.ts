import type { CdsRequest, ResourceOf, TypeName } from '#sdk';
import { MEASUREMENT_CODES } from '../facts/measurements.ts';
import type { PatientData } from '../facts/patient-data.ts';

const OF = 'patient={{context.patientId}}';

/** What the services of orders look at: the same data as `$check`, so that an EHR can send its own. */
export const PREFETCH = {
  patient: 'Patient/{{context.patientId}}',
  requests: `MedicationRequest?${OF}&status=active`,
  ended: `MedicationRequest?${OF}&status=stopped,completed,on-hold&_sort=-_lastUpdated&_count=100`,
  statements: `MedicationStatement?${OF}`,
  dispenses: `MedicationDispense?${OF}&_sort=-whenhandedover&_count=200`,
  administrations: `MedicationAdministration?${OF}&_sort=-effective-time&_count=200`,
  allergies: `AllergyIntolerance?${OF}`,
  conditions: `Condition?${OF}`,
  observations: `Observation?${OF}&code=${MEASUREMENT_CODES.join(',')}&_sort=-date&_count=100`,
} as const;

/** The data of a call; a null is nothing there. */
export function prefetchedData({ prefetch }: CdsRequest): PatientData {
  const { patient } = prefetch;
  const all = <T extends TypeName>(type: T, ...keys: readonly (keyof typeof PREFETCH)[]): readonly ResourceOf<T>[] =>
    keys.flatMap((key) => resourcesIn(prefetch[key], type));
  return {
    patient: patient?.resourceType === 'Patient' ? patient : undefined,
    requests: all('MedicationRequest', 'requests', 'ended'),
    statements: all('MedicationStatement', 'statements'),
    dispenses: all('MedicationDispense', 'dispenses'),
    administrations: all('MedicationAdministration', 'administrations'),
    allergies: all('AllergyIntolerance', 'allergies'),
    conditions: all('Condition', 'conditions'),
    observations: all('Observation', 'observations'),
    notChecked: [],
  };
}

/** The resources of a type in a Bundle. */
export function resourcesIn<T extends TypeName>(bundle: unknown, type: T): readonly ResourceOf<T>[] {
  const { resourceType, entry = [] } = (bundle ?? {}) as ResourceOf<'Bundle'>;
  if ((resourceType as string | undefined) !== 'Bundle') return [];
  return entry.flatMap(({ resource }) => (resource?.resourceType === type ? [resource as ResourceOf<T>] : []));
}
