import type { ResourceOf } from '#sdk';

type Patient = ResourceOf<'Patient'>;

const UNMERGED = 'https://athanor.health/fhir/StructureDefinition/unmerged-from';

/** `Patient/…` that stands for a patient whose chart was merged into it. */
export function survivorOf({ link = [] }: Patient): string | undefined {
  return link.find(({ type }) => type === 'replaced-by')?.other.reference;
}

/** `Patient/…` from which charts were taken apart again: other people. */
export function unmergedFrom({ extension = [] }: Patient): readonly string[] {
  return extension.flatMap(({ url, valueReference }) =>
    url === UNMERGED && valueReference?.reference !== undefined ? [valueReference.reference] : [],
  );
}

/** The patient whose chart is merged into another one: it is not used any more. https://hl7.org/fhir/R4/patient.html#merge */
export function replacedBy(source: Patient, target: string): Patient {
  const link = source.link ?? [];
  return { ...source, active: false, link: [...link, { other: { reference: target }, type: 'replaced-by' }] };
}

/** The patient as one of their own again. */
export function independentOf(source: Patient, target: string): Patient {
  const { link = [], extension = [], ...rest } = source;
  const links = link.filter(({ type, other }) => type !== 'replaced-by' || other.reference !== target);
  return {
    ...rest,
    active: true,
    extension: [...extension, { url: UNMERGED, valueReference: { reference: target } }],
    ...(links.length === 0 ? {} : { link: links }),
  };
}
