import type { PartnerSystems } from '../map/map-context.ts';
import type { Partner } from './partner.ts';

const GATEWAY = 'https://athanor.health/fhir';

/** Code systems that HL7 names (table 0396, https://terminology.hl7.org/CodeSystem-v2-0396.html) and their URIs in FHIR. */
const CODING_SYSTEMS: ReadonlyMap<string, string> = new Map([
  ['LN', 'http://loinc.org'],
  ['SCT', 'http://snomed.info/sct'],
  ['SNM3', 'http://snomed.info/sct'],
  ['UCUM', 'http://unitsofmeasure.org'],
  ['I10', 'http://hl7.org/fhir/sid/icd-10'],
  ['I10C', 'http://hl7.org/fhir/sid/icd-10-cm'],
  ['I10P', 'http://www.cms.gov/Medicare/Coding/ICD10'],
  ['I9', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['I9C', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['I9CDX', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['I9CP', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['CVX', 'http://hl7.org/fhir/sid/cvx'],
  ['MVX', 'http://hl7.org/fhir/sid/mvx'],
  ['NDC', 'http://hl7.org/fhir/sid/ndc'],
  ['RXNORM', 'http://www.nlm.nih.gov/research/umls/rxnorm'],
  ['RXN', 'http://www.nlm.nih.gov/research/umls/rxnorm'],
  ['C4', 'http://www.ama-assn.org/go/cpt'],
  ['CPT4', 'http://www.ama-assn.org/go/cpt'],
  ['CPT', 'http://www.ama-assn.org/go/cpt'],
  ['HCPCS', 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets'],
  ['DCM', 'http://dicom.nema.org/resources/ontology/DCM'],
  ['ISO3166_1', 'urn:iso:std:iso:3166'],
  ['ISO3166', 'urn:iso:std:iso:3166'],
  ['ISO4217', 'urn:iso:std:iso:4217'],
  ['ISO639', 'urn:ietf:bcp:47'],
  ['NUCC', 'http://nucc.org/provider-taxonomy'],
  ['UMLS', 'http://www.nlm.nih.gov/research/umls'],
  ['ATC', 'http://www.whocc.no/atc'],
  ['WC', 'http://www.whocc.no/atc'],
]);

/** OIDs for which FHIR has a URI that is to be used instead: https://hl7.org/fhir/R4/terminologies-systems.html */
const KNOWN_OIDS: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.113883.4.1', 'http://hl7.org/fhir/sid/us-ssn'],
  ['2.16.840.1.113883.4.6', 'http://hl7.org/fhir/sid/us-npi'],
  ['2.16.840.1.113883.6.1', 'http://loinc.org'],
  ['2.16.840.1.113883.6.96', 'http://snomed.info/sct'],
  ['2.16.840.1.113883.6.8', 'http://unitsofmeasure.org'],
  ['2.16.840.1.113883.6.88', 'http://www.nlm.nih.gov/research/umls/rxnorm'],
  ['2.16.840.1.113883.6.3', 'http://hl7.org/fhir/sid/icd-10'],
  ['2.16.840.1.113883.6.90', 'http://hl7.org/fhir/sid/icd-10-cm'],
  ['2.16.840.1.113883.6.103', 'http://hl7.org/fhir/sid/icd-9-cm'],
  ['2.16.840.1.113883.6.69', 'http://hl7.org/fhir/sid/ndc'],
  ['2.16.840.1.113883.6.12', 'http://www.ama-assn.org/go/cpt'],
  ['2.16.840.1.113883.12.292', 'http://hl7.org/fhir/sid/cvx'],
  ['2.16.840.1.113883.12.227', 'http://hl7.org/fhir/sid/mvx'],
  ['1.2.840.10008.2.16.4', 'http://dicom.nema.org/resources/ontology/DCM'],
]);

/** By what name numbers of orders that were placed here go out, and come back, unless the partner's table says otherwise. */
const OURSELVES = 'ATHANOR';
const PLACER = `${GATEWAY}/hl7/placer`;

/**
 * URIs for what a partner names: by its own table, else by OID or UUID, else by what HL7 says; a name that nobody knows becomes
 * a URI of the partner's, so that the same names of two partners stay apart.
 */
export function systemsOf(partner: Pick<Partner, 'id' | 'systems'>): PartnerSystems {
  const own = new Map(partner.systems.map(({ kind, name, uri }) => [`${kind} ${name}`, uri]));
  const base = `${GATEWAY}/hl7/${partner.id}`;
  return {
    ofAssigner(namespace, universalId, type) {
      const names =
        namespace === '' && universalId === '' ? [''] : [namespace, universalId].filter((name) => name !== '');
      const known = names.map((name) => own.get(`assigner ${name}`)).find((uri) => uri !== undefined);
      if (known !== undefined) return known;
      const universal = universalUri(universalId, type);
      if (universal !== undefined) return universal;
      if (namespace === OURSELVES && universalId === '') return PLACER;
      const name = namespace === '' ? universalId : namespace;
      return name === '' ? undefined : `${base}/${encodeURIComponent(name)}`;
    },
    ofCodingSystem(name, oid) {
      const known = own.get(`coding-system ${name}`) ?? own.get(`coding-system ${oid}`);
      if (known !== undefined) return known;
      const table = /^HL7-?(\d{1,4})$/i.exec(name)?.[1];
      if (table !== undefined) return `http://terminology.hl7.org/CodeSystem/v2-${table.padStart(4, '0')}`;
      const named = CODING_SYSTEMS.get(name.toUpperCase());
      if (named !== undefined) return named;
      if (isOid(oid)) return oidUri(oid);
      if (/^(https?:\/\/|urn:[a-z])/.test(name)) return name;
      return name === '' ? `${base}/codes` : `${base}/codes/${encodeURIComponent(name)}`;
    },
  };
}

/** HL7 table 0301, https://terminology.hl7.org/CodeSystem-v2-0301.html; what is no OID or UUID by its form is none. */
function universalUri(id: string, type: string): string | undefined {
  const isUnsaid = type === '';
  if ((type === 'ISO' || isUnsaid) && isOid(id)) return oidUri(id);
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  if ((type === 'UUID' || type === 'GUID' || isUnsaid) && isUuid) return `urn:uuid:${id.toLowerCase()}`;
  return (type === 'URI' || type === 'URL') && /^[a-z][a-z0-9+.-]*:\S+$/i.test(id) ? id : undefined;
}

function isOid(text: string): boolean {
  return /^[0-2](\.(0|[1-9]\d*))+$/.test(text);
}

function oidUri(oid: string): string {
  return KNOWN_OIDS.get(oid) ?? `urn:oid:${oid}`;
}
