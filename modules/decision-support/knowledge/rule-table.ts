import type { ResourceOf } from '#sdk';
import { faults } from '../faults.ts';
import { DRUG_CLASS, INGREDIENT, INTERACTION_RULE, structure } from '../names.ts';
import { DRUG_CLASSES, ingredientsNamed } from './vocabulary.ts';

type Interaction = ResourceOf<'MedicinalProductInteraction'>;

const COLUMNS = ['id', 'first', 'second', 'severity', 'effect', 'management', 'citation', 'mechanism'] as const;
const REQUIRED = COLUMNS.filter((column) => column !== 'mechanism');
const MAX_ROWS = 10_000;

/**
 * Interactions out of a CSV table (RFC 4180) whose drugs are codes or names of ingredients, or codes of classes.
 * @throws Fault 400 with the line that cannot be read
 */
export function readRuleTable(text: string): readonly Interaction[] {
  const [header = [], ...lines] = rowsOf(text);
  const names = header.map((name) => name.trim().toLowerCase());
  const lacking = REQUIRED.filter((column) => !names.includes(column));
  if (lacking.length > 0)
    throw faults.badRules(`the header lacks ${lacking.join(', ')}; it must be ${COLUMNS.join(',')}.`);
  if (lines.length > MAX_ROWS) throw faults.badRules(`there are more than ${MAX_ROWS} lines.`);
  return lines.map((line, index) => {
    const cell = (column: (typeof COLUMNS)[number]): string => line[names.indexOf(column)]?.trim() ?? '';
    const number = index + 2;
    const empty = REQUIRED.find((column) => cell(column) === '');
    if (empty !== undefined) throw faults.badRules(`line ${number} has no ${empty}.`);
    const id = cell('id');
    if (!/^[A-Za-z0-9.-]{1,64}$/.test(id))
      throw faults.badRules(`line ${number}: an id has 1 to 64 of A-Z, a-z, 0-9, "-" and ".".`);
    return {
      resourceType: 'MedicinalProductInteraction',
      id,
      meta: { profile: [INTERACTION_RULE] },
      extension: [
        { url: structure('drug-fact-severity'), valueCode: cell('severity') },
        { url: structure('drug-fact-citation'), valueString: cell('citation') },
        { url: structure('drug-fact-review'), valueCode: 'clinician-review-required' },
        ...(cell('mechanism') === ''
          ? []
          : [{ url: structure('drug-fact-mechanism'), valueString: cell('mechanism') }]),
      ],
      interactant: [cell('first'), cell('second')].map((drug) => ({
        itemCodeableConcept: { coding: [codingOf(drug, number)] },
      })),
      effect: { text: cell('effect') },
      management: { text: cell('management') },
    };
  });
}

function codingOf(drug: string, line: number): { readonly system: string; readonly code: string } {
  if (DRUG_CLASSES.has(drug)) return { system: DRUG_CLASS, code: drug };
  const [ingredient, ...more] = ingredientsNamed(drug) ?? [];
  if (ingredient !== undefined && more.length === 0) return { system: INGREDIENT, code: ingredient };
  throw faults.badRules(`line ${line}: "${drug.slice(0, 64)}" is no ingredient and no drug class.`);
}

/** Rows of RFC 4180: quoted cells may hold commas, line ends and doubled quotes. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text
    .replace(/^\uFEFF/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    if (row.some((cell) => cell.trim() !== '')) rows.push(row);
    row = [];
  }
  return rows;
}
