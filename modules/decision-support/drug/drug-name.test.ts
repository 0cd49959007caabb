import { drugNamed } from './drug-name.ts';

const shortForm = (text: string): string | undefined => {
  const drug = drugNamed(text);
  if (drug === undefined) return undefined;
  const parts = drug.parts.map(({ ingredient, strength }) =>
    strength === undefined
      ? ingredient
      : `${ingredient} ${strength.amount.value}${strength.amount.unit}/${strength.per.value}${strength.per.unit}`,
  );
  return `${parts.join(' + ')}; ${drug.route ?? 'any'}${drug.isDisputed ? '; disputed' : ''}`;
};

test.each([
  ['Simvastatin 20 MG Oral Tablet', 'simvastatin 20mg/11; oral'],
  ['24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet', 'metformin 500mg/11; oral'],
  ['Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet', 'amoxicillin 250mg/11 + clavulanate 125mg/11; oral'],
  ['Augmentin 500 mg/125 mg tablet', 'amoxicillin 500mg/11 + clavulanate 125mg/11; oral'],
  ['Augmentin 500/125 mg tablet', 'amoxicillin 500mg/11 + clavulanate 125mg/11; oral'],
  ['Amoxicillin 250 mg/5 mL oral suspension', 'amoxicillin 250mg/5mL; oral'],
  ['0.3 ML Epinephrine 1 MG/ML Auto-Injector', 'epinephrine 1mg/1mL; injection'],
  ['72 HR Fentanyl 0.025 MG/HR Transdermal System', 'fentanyl; transdermal'],
  ['NITROFURANTOIN, MACROCRYSTALS 50 MG Oral Capsule', 'nitrofurantoin 50mg/11; oral'],
  ['ciprofloxacin 0.3% eye drops', 'ciprofloxacin; ophthalmic'],
  ['levothyroxine 75 mcg tablet', 'levothyroxine 0.075mg/11; oral'],
  ['Tylenol', 'acetaminophen; any'],
  ['Carbamazepine[Tegretol]', 'carbamazepine; any'],
  ['St. John’s Wort 300 mg', 'st-johns-wort 300mg/11; any'],
  ['Warfarin [Tegretol]', 'warfarin + carbamazepine; any; disputed'],
  ['Warfarin counselling', undefined],
  ['sertralin 50 mg', undefined],
  ['Wonderpill 5 mg / sertraline 50 mg tablet', undefined],
  ['aspirin-free powder', undefined],
  ['50 mg', undefined],
  ['', undefined],
  ['sertraline '.repeat(50), undefined],
])('%s', (text, expected) => {
  expect(shortForm(text)).toBe(expected);
});
