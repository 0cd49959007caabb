import { isObject, type JsonObject } from '../../../server/kernel/json.ts';

/** https://hl7.org/fhir/R4/valueset-link-type.html */
export type LinkType = 'replaced-by' | 'replaces' | 'seealso';

/** `Patient/…` who stands for a patient who was merged. */
export function survivorOf(resource: JsonObject): string | undefined {
  return resource.resourceType === 'Patient' ? linksOf(resource, 'replaced-by')[0] : undefined;
}

function linksOf({ link }: JsonObject, wanted: LinkType): readonly string[] {
  return (Array.isArray(link) ? link : []).flatMap((each) => {
    if (!isObject(each) || each.type !== wanted || !isObject(each.other)) return [];
    const { reference } = each.other;
    return typeof reference === 'string' ? [reference] : [];
  });
}

export function withLink(patient: JsonObject, type: LinkType, other: string): JsonObject {
  if (linksOf(patient, type).includes(other)) return patient;
  const links = Array.isArray(patient.link) ? patient.link : [];
  return { ...patient, link: [...links, { other: { reference: other }, type }] };
}

export function withoutLink(patient: JsonObject, type: LinkType, other: string): JsonObject {
  const { link, ...rest } = patient;
  const left = (Array.isArray(link) ? link : []).filter(
    (each) => !isObject(each) || each.type !== type || !isObject(each.other) || each.other.reference !== other,
  );
  return left.length === 0 ? rest : { ...rest, link: left };
}
