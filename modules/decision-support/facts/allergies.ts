import type { ResourceOf } from '#sdk';
import { drugOfConcept, nameOf, type Concept } from '../drug/concept-drug.ts';
import { allergenGroupNamed } from '../knowledge/cross-reactivity.ts';
import { ALLERGEN_GROUPS, DRUG_CLASSES, membersOf } from '../knowledge/vocabulary.ts';
import { ALLERGEN_GROUP, DRUG_CLASS } from '../names.ts';
import type { NotChecked } from '../check-result.ts';

type AllergyIntolerance = ResourceOf<'AllergyIntolerance'>;

/** An allergy to something that drugs hold. */
export interface KnownAllergy {
  readonly reference: string;
  readonly name: string;
  readonly ingredients: readonly string[];
  readonly groups: readonly string[];
  /** A reaction that was no allergy, or that is known to be harmless. */
  readonly isMild: boolean;
}

const OVER: ReadonlySet<string> = new Set(['inactive', 'resolved']);
const WRONG: ReadonlySet<string> = new Set(['refuted', 'entered-in-error']);
/** SNOMED CT, of "no known allergy" and "no known drug allergy". */
const NONE_KNOWN: ReadonlySet<string> = new Set(['716186003', '409137002']);

/** Allergies that can be checked; those to drugs, or to nobody knows what, that cannot are told. */
export function readAllergies(allergies: readonly AllergyIntolerance[]): {
  readonly known: readonly KnownAllergy[];
  readonly notChecked: readonly NotChecked[];
} {
  const known: KnownAllergy[] = [];
  const notChecked: NotChecked[] = [];
  for (const allergy of allergies.filter(isPresent)) {
    const reference = `AllergyIntolerance/${allergy.id ?? ''}`;
    const concepts = [allergy.code, ...(allergy.reaction ?? []).map(({ substance }) => substance)].filter(
      (concept) => concept !== undefined,
    );
    const ingredients = [...new Set(concepts.flatMap(ingredientsIn))];
    const groups = [...new Set(concepts.flatMap(groupsIn))];
    const name = nameOf(allergy.code);
    const isMild = allergy.type === 'intolerance' || allergy.criticality === 'low';
    if (ingredients.length > 0 || groups.length > 0) known.push({ reference, name, ingredients, groups, isMild });
    else if (canBeOfDrug(allergy)) notChecked.push(notMapped(name, reference));
  }
  return { known, notChecked };
}

function isPresent({ clinicalStatus, verificationStatus, code }: AllergyIntolerance): boolean {
  const has = (concept: Concept | undefined, codes: ReadonlySet<string>): boolean =>
    concept?.coding?.some((coding) => codes.has(coding.code ?? '')) === true;
  return (
    !has(verificationStatus, WRONG) &&
    !has(clinicalStatus, OVER) &&
    !has(code, NONE_KNOWN) &&
    !/^no known /i.test(nameOf(code))
  );
}

/** Food, pollen and mites are not in drugs; what is none of them may be. */
function canBeOfDrug({ category = [] }: AllergyIntolerance): boolean {
  return category.length === 0 || category.some((each) => each === 'medication' || each === 'biologic');
}

function ingredientsIn(concept: Concept): readonly string[] {
  const ofClasses = (concept.coding ?? []).flatMap(({ system, code = '' }) =>
    system === DRUG_CLASS && DRUG_CLASSES.has(code) ? membersOf(code) : [],
  );
  const drug = drugOfConcept(withPlainNames(concept), () => undefined);
  return [...ofClasses, ...(drug?.parts ?? []).map(({ ingredient }) => ingredient)];
}

function groupsIn(concept: Concept): readonly string[] {
  const coded = (concept.coding ?? []).flatMap(({ system, code = '' }) =>
    system === ALLERGEN_GROUP && ALLERGEN_GROUPS.has(code) ? [code] : [],
  );
  const { coding = [], text } = withPlainNames(concept);
  const named = [...coding.map(({ display }) => display), text].flatMap((name) => allergenGroupNamed(name ?? '') ?? []);
  return [...coded, ...named];
}

/** `Allergy to penicillin (finding)` names the allergen. */
function withPlainNames({ coding, text }: Concept): Concept {
  return {
    ...(coding === undefined
      ? {}
      : {
          coding: coding.map((each) =>
            each.display === undefined ? each : { ...each, display: allergen(each.display) },
          ),
        }),
    ...(text === undefined ? {} : { text: allergen(text) }),
  };
}

function allergen(name: string): string {
  return name
    .replace(/\s*\((?:disorder|finding|situation|substance|product)\)\s*$/i, '')
    .replace(/^(?:allergy|hypersensitivity|intolerance) to /i, '')
    .replace(/ (?:allergy|hypersensitivity|intolerance)$/i, '')
    .trim();
}

function notMapped(name: string, reference: string): NotChecked {
  const text = `The allergy to "${name.slice(0, 100)}" is to nothing that is known here: drugs were not checked against it.`;
  return { code: 'unmapped-allergy', subject: reference, text };
}
