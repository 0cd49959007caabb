import { readRows } from '../read-rows.ts';
import type { ReleaseBuilder } from '../release-builder.ts';
import type { ReadContext, ReleaseFormat } from '../release-format.ts';
import type { ReleaseInput } from '../release-input.ts';
import { fileOf, versionOf } from './release-files.ts';
import { systemHeader } from './system-header.ts';

const NDC = 'http://hl7.org/fhir/sid/ndc';
const PRODUCTS = { pattern: /^product\.txt$/i, called: 'product.txt' };
const PACKAGES = { pattern: /^package\.txt$/i, called: 'package.txt' };
const VALUES = ['PRODUCTTYPENAME', 'DOSAGEFORMNAME', 'ROUTENAME', 'LABELERNAME', 'SUBSTANCENAME', 'DEASCHEDULE'];

/** The National Drug Code directory: products and, below them, their packages. https://www.fda.gov/drugs/drug-approvals-and-databases/national-drug-code-directory */
export const ndc: ReleaseFormat = {
  name: 'ndc',
  title: 'NDC',
  async identify({ input, version: given }) {
    const version = versionOf(input, given, /(\d{8})/);
    const header = systemHeader({
      url: NDC,
      version,
      name: 'NDC',
      title: 'National Drug Code Directory',
      publisher: 'Food and Drug Administration',
      isHierarchy: true,
    });
    return { url: NDC, version, isCaseSensitive: true, hasRefsets: false, header };
  },
  bytes: (input) =>
    fileOf(input, PRODUCTS.pattern, PRODUCTS.called).size + fileOf(input, PACKAGES.pattern, PACKAGES.called).size,
  async read(input, builder, context) {
    const names = await readProducts(input, builder, context);
    await readPackages(input, builder, context, names);
  },
};

/** @returns names by product code */
async function readProducts(
  input: ReleaseInput,
  builder: ReleaseBuilder,
  context: ReadContext,
): Promise<ReadonlyMap<string, string>> {
  const file = fileOf(input, PRODUCTS.pattern, PRODUCTS.called);
  const kinds = VALUES.map((code) => builder.kind(code, 'string'));
  const names = new Map<string, string>();
  const columns = [
    'PRODUCTNDC',
    'PROPRIETARYNAME',
    'NONPROPRIETARYNAME',
    'ENDMARKETINGDATE?',
    ...VALUES.map((column) => `${column}?`),
  ];
  await readRows(context, file, { delimiter: '\t', columns, encoding: 'windows-1252' }, (cells, line) => {
    const [code = '', brand = '', generic = '', , ...values] = cells;
    // A product listed under two applications has two rows with one code.
    if (builder.idOf(code) !== undefined) return;
    if (!/^\d{4,5}-\d{3,4}$/.test(code)) {
      context.problems.error(file.name, line, `"${code}" is not a product code: 4-4, 5-3 or 5-4 digits are expected`);
      return;
    }
    const display = brand === '' ? generic : brand;
    const id = builder.concept({ code, display }, file.name, line);
    if (id === undefined) return;
    names.set(code, display);
    if (generic !== '' && generic !== display) builder.designation(id, { language: 'en', value: generic });
    values.forEach((value, at) => {
      if (value !== '') builder.property(id, kinds[at] ?? 0, { value });
    });
  });
  return names;
}

async function readPackages(
  input: ReleaseInput,
  builder: ReleaseBuilder,
  context: ReadContext,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const file = fileOf(input, PACKAGES.pattern, PACKAGES.called);
  const eleven = builder.kind('ndc11', 'code');
  const columns = ['PRODUCTNDC', 'NDCPACKAGECODE', 'PACKAGEDESCRIPTION'];
  await readRows(context, file, { delimiter: '\t', columns, encoding: 'windows-1252' }, (cells, line) => {
    const [product = '', code = '', description = ''] = cells;
    const digits = elevenDigits(code);
    if (digits === undefined) {
      context.problems.error(
        file.name,
        line,
        `"${code}" is not a package code: 4-4-2, 5-3-2 or 5-4-1 digits are expected`,
      );
      return;
    }
    if (builder.idOf(code) !== undefined) return;
    const parent = builder.idOf(product);
    if (parent === undefined) context.problems.warning(file.name, line, `the product ${product} is not in product.txt`);
    const id = builder.concept({ code, display: `${names.get(product) ?? product}, ${description}` }, file.name, line);
    if (id === undefined) return;
    builder.property(id, eleven, { value: digits });
    if (parent !== undefined) builder.parent(id, parent);
  });
}

/** As claims write it: 5-4-2 digits without hyphens, filled with zeros. */
function elevenDigits(code: string): string | undefined {
  if (!/^(\d{4}-\d{4}-\d{2}|\d{5}-\d{3}-\d{2}|\d{5}-\d{4}-\d{1,2})$/.test(code)) return undefined;
  const [labeler = '', product = '', size = ''] = code.split('-');
  return labeler.padStart(5, '0') + product.padStart(4, '0') + size.padStart(2, '0');
}
