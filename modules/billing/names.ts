const BASE = 'https://athanor.health/fhir';

/** Canonical of an extension or profile of the clinic, by the last part of it. */
export function extensionUrl(name: string): string {
  return `${BASE}/StructureDefinition/${name}`;
}

/** Profile of Invoices whose amounts the server computes. */
export const PRICED_INVOICE = extensionUrl('priced-invoice');
/** Profile of ChargeItems whose price the server computes. */
export const PRICED_CHARGE = extensionUrl('priced-charge');
/** What somebody in billing has to do. */
export const TASK_SYSTEM = `${BASE}/CodeSystem/billing-task`;
/** Codes of refusals: server/docs/errors.md. */
export const FAULT_SYSTEM = `${BASE}/CodeSystem/fault`;
export const UCUM = 'http://unitsofmeasure.org';

interface Profiled {
  readonly meta?: { readonly profile?: readonly string[] };
}

/** Whether the resource says that it is of the profile. */
export function claims({ meta }: Profiled, profile: string): boolean {
  return meta?.profile?.some((each) => each === profile || each.startsWith(`${profile}|`)) ?? false;
}

/** The resource with the profile in `meta`. */
export function withProfile<R extends Profiled>(resource: R, profile: string): R {
  if (claims(resource, profile)) return resource;
  return { ...resource, meta: { ...resource.meta, profile: [...(resource.meta?.profile ?? []), profile] } };
}

interface Coded {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
}

/** `system|code` of each coding. */
export function codesOf(concept: Coded | undefined): readonly string[] {
  return (concept?.coding ?? []).flatMap(({ system, code }) => (code === undefined ? [] : [`${system ?? ''}|${code}`]));
}
