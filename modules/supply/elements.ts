import type { ResourceOf } from '#sdk';
import { structure } from './names.ts';

export type Extension = NonNullable<ResourceOf<'SupplyDelivery'>['extension']>[number];

interface Extended {
  readonly extension?: readonly Extension[];
}

/** The first extension of the clinic's own with a name: `lot-status`. */
export function extensionOf(element: Extended | undefined, name: string): Extension | undefined {
  const url = structure(name);
  return element?.extension?.find((each) => each.url === url);
}

/** A part of a complex extension. */
export function partOf(extension: Extended | undefined, name: string): Extension | undefined {
  return extension?.extension?.find((each) => each.url === name);
}

/** The id in `Location/1`, also with a version; undefined for another type, and for what is on another server. */
export function idOf(reference: { readonly reference?: string } | undefined, type: string): string | undefined {
  const [, name, id] =
    /^([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(reference?.reference ?? '') ?? [];
  return name === type ? id : undefined;
}

/** Whether the resource says that it is of one of the clinic's profiles. */
export function claims(
  resource: { readonly meta?: { readonly profile?: readonly string[] } },
  profile: string,
): boolean {
  const url = structure(profile);
  return resource.meta?.profile?.some((each) => each === url || each.startsWith(`${url}|`)) ?? false;
}

/** The resource with the profile in `meta`. */
export function withProfile<
  R extends ResourceOf<'SupplyDelivery' | 'Medication' | 'MedicationKnowledge' | 'SupplyRequest' | 'Basic'>,
>(resource: R, profile: string): R {
  if (claims(resource, profile)) return resource;
  return { ...resource, meta: { ...resource.meta, profile: [...(resource.meta?.profile ?? []), structure(profile)] } };
}

/** Code of a coding of one of the clinic's code systems. */
export function codeOf(
  concept: { readonly coding?: readonly { readonly system?: string; readonly code?: string }[] } | undefined,
  system: string,
): string | undefined {
  return concept?.coding?.find((coding) => coding.system === system)?.code;
}
