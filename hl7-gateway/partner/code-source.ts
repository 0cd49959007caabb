const GATEWAY = 'https://athanor.health/fhir';

/**
 * URI of the code system in which an untranslated code lies, for ConceptMaps: that of an HL7 table (`HL70004`), or of the
 * partner's own system by its name; what is a URI stays.
 */
export function codeSourceUri(partner: string, source: string): string {
  const table = /^HL7(\d{1,4})$/.exec(source)?.[1];
  if (table !== undefined) return `http://terminology.hl7.org/CodeSystem/v2-${table.padStart(4, '0')}`;
  if (/^[a-z][a-z0-9+.-]*:/i.test(source)) return source;
  return `${GATEWAY}/hl7/${partner}/codes/${encodeURIComponent(source)}`;
}

/** Identifier system of the ConceptMaps with answers; the value is the partner's id. */
export const PARTNER_CODES = `${GATEWAY}/hl7/partner-codes`;
