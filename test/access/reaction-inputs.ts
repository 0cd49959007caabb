export const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';

export const SCOPES = ['system/Patient.rs', 'system/Subscription.cruds'];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export type Caller = (method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<Answer>;

export function patient(family: string, isActive: boolean): object {
  return { resourceType: 'Patient', active: isActive, name: [{ family }], birthDate: '1961-05-04' };
}

export function parameters(values: Readonly<Record<string, string>>): object {
  const parameter = Object.entries(values).map(([name, valueString]) => ({ name, valueString }));
  return { resourceType: 'Parameters', parameter };
}
