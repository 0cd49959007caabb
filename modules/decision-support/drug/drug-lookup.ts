import type { ClinicReader, ResourceOf, Stored } from '#sdk';
import { PRODUCT } from '../names.ts';
import { drugOfConcept, nameOf, type Concept } from './concept-drug.ts';
import { routeOfConcept } from './dosage-route.ts';
import type { Drug } from './drug.ts';
import { drugNamed } from './drug-name.ts';
import { drugOfMedication, drugOfProduct } from './product-drug.ts';

/** Where a resource names a drug. */
export interface DrugSource {
  readonly medicationCodeableConcept?: Concept;
  readonly medicationReference?: { readonly reference?: string; readonly display?: string };
  readonly contained?: readonly object[];
  /** Route of the dosage. */
  readonly route?: Concept | undefined;
}

export interface DrugLookup {
  /** Undefined: it is none that is known. */
  drugOf(source: DrugSource): Drug | undefined;
  nameOf(source: DrugSource): string;
}

const BATCH = 50;

/** Reads, at once, the Medications and products that the sources refer to. */
export async function lookUpDrugs(reader: ClinicReader, sources: readonly DrugSource[]): Promise<DrugLookup> {
  const ids = sources.flatMap(({ medicationReference }) => medicationId(medicationReference?.reference) ?? []);
  const medications = new Map((await readMedications(reader, [...new Set(ids)])).map((each) => [each.id, each]));
  const medicationOf = (source: DrugSource): ResourceOf<'Medication'> | undefined =>
    contained(source) ?? medications.get(medicationId(source.medicationReference?.reference) ?? '');
  const concepts = sources.flatMap((source) => source.medicationCodeableConcept ?? medicationOf(source)?.code ?? []);
  const codes = concepts.flatMap(({ coding = [] }) =>
    coding.flatMap(({ system, code }) => (system === PRODUCT && code !== undefined ? [code] : [])),
  );
  const products = await readProducts(reader, [...new Set(codes)]);

  return {
    drugOf(source) {
      const medication = medicationOf(source);
      const productOf = (code: string): Drug | undefined => products.get(code);
      const drug = medication === undefined ? ofConcept(source, productOf) : drugOfMedication(medication, productOf);
      const route = routeOfConcept(source.route);
      return drug === undefined || route === undefined ? drug : { ...drug, route };
    },
    nameOf: (source) =>
      nameOf(source.medicationCodeableConcept ?? medicationOf(source)?.code) ||
      (source.medicationReference?.display ?? source.medicationReference?.reference ?? 'a drug without a name'),
  };
}

function ofConcept(
  { medicationCodeableConcept, medicationReference }: DrugSource,
  productOf: (code: string) => Drug | undefined,
): Drug | undefined {
  if (medicationCodeableConcept !== undefined) return drugOfConcept(medicationCodeableConcept, productOf);
  return medicationReference?.display === undefined ? undefined : drugNamed(medicationReference.display);
}

/** `Medication/1`, also with a base. Not of a version: only the current one can be read, which may be another drug. */
function medicationId(reference: string | undefined): string | undefined {
  return /(?:^|\/)Medication\/([A-Za-z0-9.-]{1,64})$/.exec(reference ?? '')?.[1];
}

function contained({ medicationReference, contained = [] }: DrugSource): ResourceOf<'Medication'> | undefined {
  const { reference = '' } = medicationReference ?? {};
  if (!reference.startsWith('#')) return undefined;
  return (contained as readonly ResourceOf<'Medication'>[]).find(
    ({ resourceType, id }) => (resourceType as string) === 'Medication' && id === reference.slice(1),
  );
}

async function readMedications(reader: ClinicReader, ids: readonly string[]): Promise<readonly Stored<'Medication'>[]> {
  const found: Stored<'Medication'>[] = [];
  for (const some of batched(ids)) found.push(...(await reader.search('Medication', `_id=${some.join(',')}`)));
  return found;
}

async function readProducts(reader: ClinicReader, codes: readonly string[]): Promise<ReadonlyMap<string, Drug>> {
  const found: Stored<'MedicationKnowledge'>[] = [];
  for (const some of batched(codes)) {
    const list = some.map((code) => encodeURIComponent(`${PRODUCT}|${escaped(code)}`)).join(',');
    found.push(...(await reader.search('MedicationKnowledge', `code=${list}`)));
  }
  return new Map(
    found.flatMap((product) => {
      const drug = drugOfProduct(product);
      if (drug === undefined) return [];
      return (product.code?.coding ?? []).flatMap(({ system, code = '' }) =>
        system === PRODUCT ? [[code, drug] as const] : [],
      );
    }),
  );
}

/** https://hl7.org/fhir/R4/search.html#escaping */
function escaped(code: string): string {
  return code.replace(/[\\,$|]/g, '\\$&');
}

function batched(list: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(list.length / BATCH) }, (_, index) =>
    list.slice(index * BATCH, (index + 1) * BATCH),
  );
}
