import { CANONICAL } from '../map/canonical.ts';
import type { Authority } from '../map/queries/patient-segment.ts';
import type { Partner } from '../partner/partner.ts';

/** How a partner calls numberings and code systems: what `systemsOf` reads, the other way round. */
export interface PeerNames {
  assigner(system: string): Authority;
  /** Name for CWE.3; empty for no system. */
  codingSystem(system: string): string;
}

/** The numbering of orders that have no placer's number of their own. */
export const PLACER_SYSTEM = `${CANONICAL}/hl7/placer`;

const OWN_AUTHORITY: Authority = { namespace: 'ATHANOR', universalId: PLACER_SYSTEM, type: 'URI' };

/** HL7 table 0396, https://terminology.hl7.org/CodeSystem-v2-0396.html */
const CODING_SYSTEMS: ReadonlyMap<string, string> = new Map([
  ['http://loinc.org', 'LN'],
  ['http://snomed.info/sct', 'SCT'],
  ['http://unitsofmeasure.org', 'UCUM'],
  ['http://hl7.org/fhir/sid/icd-10', 'I10'],
  ['http://hl7.org/fhir/sid/icd-10-cm', 'I10C'],
  ['http://www.cms.gov/Medicare/Coding/ICD10', 'I10P'],
  ['http://hl7.org/fhir/sid/icd-9-cm', 'I9C'],
  ['http://hl7.org/fhir/sid/cvx', 'CVX'],
  ['http://hl7.org/fhir/sid/mvx', 'MVX'],
  ['http://hl7.org/fhir/sid/ndc', 'NDC'],
  ['http://www.nlm.nih.gov/research/umls/rxnorm', 'RXNORM'],
  ['http://www.ama-assn.org/go/cpt', 'C4'],
  ['http://dicom.nema.org/resources/ontology/DCM', 'DCM'],
  ['http://nucc.org/provider-taxonomy', 'NUCC'],
  ['http://www.whocc.no/atc', 'ATC'],
  ['urn:iso:std:iso:3166', 'ISO3166_1'],
]);

/** Numberings that HL7 v2 knows by OID: https://hl7.org/fhir/R4/identifier-registry.html */
const OIDS: ReadonlyMap<string, string> = new Map([
  ['http://hl7.org/fhir/sid/us-ssn', '2.16.840.1.113883.4.1'],
  ['http://hl7.org/fhir/sid/us-npi', '2.16.840.1.113883.4.6'],
]);

export function peerNames(partner: Pick<Partner, 'id' | 'systems'>): PeerNames {
  const named = (kind: 'assigner' | 'coding-system', system: string): string | undefined =>
    partner.systems.find((each) => each.kind === kind && each.uri === system)?.name;
  const base = `${CANONICAL}/hl7/${encodeURIComponent(partner.id)}/`;
  return {
    assigner(system) {
      const name = named('assigner', system);
      if (name !== undefined) return /^[0-2](\.\d+)+$/.test(name) ? universal(name, 'ISO') : namespace(name);
      if (system === PLACER_SYSTEM) return OWN_AUTHORITY;
      if (system.startsWith(base) && !system.slice(base.length).includes('/')) {
        return namespace(decoded(system.slice(base.length)));
      }
      const [, kind, id] = /^urn:(oid|uuid):(.+)$/.exec(system) ?? [];
      if (id !== undefined) return universal(id, kind === 'oid' ? 'ISO' : 'UUID');
      const oid = OIDS.get(system);
      if (oid !== undefined) return universal(oid, 'ISO');
      return system === '' ? namespace('') : universal(system, 'URI');
    },
    codingSystem(system) {
      const name = named('coding-system', system) ?? CODING_SYSTEMS.get(system);
      if (name !== undefined) return name;
      const table = /^http:\/\/terminology\.hl7\.org\/CodeSystem\/v2-(\d{4})$/.exec(system)?.[1];
      if (table !== undefined) return `HL7${table}`;
      const own = `${base}codes`;
      if (system === own) return '';
      return system.startsWith(`${own}/`) ? decoded(system.slice(own.length + 1)) : system;
    },
  };
}

function namespace(name: string): Authority {
  return { namespace: name, universalId: '', type: '' };
}

function universal(universalId: string, type: string): Authority {
  return { namespace: '', universalId, type };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
