import type { ClinicReader, Stored, TypeName } from '#sdk';

/** What a literal reference of this server points to, whichever type it has; undefined when there is none to see. */
export async function readReferenced(
  reader: ClinicReader,
  reference: string | undefined,
): Promise<Stored<TypeName> | undefined> {
  const [, type] = /^(?:.*\/)?([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/\d+)?$/.exec(reference ?? '') ?? [];
  return type === undefined ? undefined : reader.resolve({ reference }, type as TypeName);
}
