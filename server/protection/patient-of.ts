import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';

/** Elements by which resources say whose they are. */
export const SUBJECT_ELEMENTS = ['patient', 'subject', 'beneficiary', 'individual', 'for'] as const;

const PATIENT = /^Patient\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[0-9]+)?$/;

/** Id of the patient that a resource belongs to; '' when it belongs to none, or to one of another server. */
export function patientOf(type: string, id: string, resource: JsonObject): string {
  if (type === 'Patient') return id;
  for (const name of SUBJECT_ELEMENTS) {
    const value: JsonValue | undefined = resource[name];
    const [first] = Array.isArray(value) ? value : [value];
    const patient =
      isObject(first) && typeof first.reference === 'string' ? PATIENT.exec(first.reference)?.[1] : undefined;
    if (patient !== undefined) return patient;
  }
  return '';
}
