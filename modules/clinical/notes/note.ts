import type { ClinicReader, ResourceOf } from '#sdk';
import { hasCode, LOINC, NOTE } from '../terms.ts';

type Composition = ResourceOf<'Composition'>;

/** A progress note (LOINC 11506-3), of the clinic or from elsewhere. */
export function isNote(composition: Composition): boolean {
  return isOwnNote(composition) || hasCode(composition.type, LOINC, ['11506-3']);
}

/** A note that claims to be one of the clinic. */
export function isOwnNote({ meta }: Composition): boolean {
  return meta?.profile?.includes(NOTE) ?? false;
}

/** It may be relied on: nobody changes it any more, but for an amendment. */
export function isFinal({ status }: Pick<Composition, 'status'>): boolean {
  return status !== 'preliminary';
}

/** Whether the person with this reference is among the authors, themselves or in one of their roles. */
export async function isAuthor(
  reader: ClinicReader,
  { author }: Composition,
  person: string | undefined,
): Promise<boolean> {
  if (person === undefined) return false;
  if (author.some(({ reference }) => reference === person)) return true;
  for (const each of author) {
    const role = await reader.resolve(each, 'PractitionerRole');
    if (role?.practitioner?.reference === person) return true;
  }
  return false;
}
