import type { ClinicReader, Stored } from '#sdk';
import { productOf } from './find-product.ts';
import { faults } from './faults.ts';
import { GTIN, codeSystem } from './names.ts';
import { productIn } from './product.ts';

/**
 * A product as people name it to operations: `MedicationKnowledge/1`, a code of CodeSystem product, or a GTIN.
 * @throws Fault 422 when no stock of it is kept
 */
export async function namedProduct(reader: ClinicReader, name: string): Promise<Stored<'MedicationKnowledge'>> {
  const product = name.includes('/')
    ? await reader.resolve({ reference: name }, 'MedicationKnowledge')
    : await productOf(reader, { medicationCodeableConcept: { coding: [codingOf(name)] } });
  if (product === undefined || productIn(product) === undefined) throw faults.unknownProduct();
  return product;
}

function codingOf(name: string): { readonly system: string; readonly code: string } {
  const isGtin = /^(?:\d{8}|\d{12,14})$/.test(name);
  return isGtin ? { system: GTIN, code: name.padStart(14, '0') } : { system: codeSystem('product'), code: name };
}
