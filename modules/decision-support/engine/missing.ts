import type { NotChecked } from '../check-result.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'dose-not-structured': 'its dose is a text, or says not how often: it was compared with no limit.',
  'dose-unit': 'the unit of its dose cannot be converted to milligrams: it was compared with no limit.',
  'strength-missing': 'how much is in a unit of it is not known: its dose was compared with no limit.',
  'weight-missing': 'no weight is recorded that is new enough for the age: doses by weight were not checked.',
  'age-missing': 'no date of birth is recorded: nothing that goes by age was checked.',
  'kidney-function-missing': 'no eGFR or creatinine of the last year: doses by kidney function were not checked.',
  'pregnancy-unknown': 'nothing says whether the patient is pregnant.',
  'no-paediatric-dose': 'no dose for this age is known here: it was compared with the adult maximum at most.',
  'codes-disagree': 'its codes and names do not all mean the same, or one is not known; what is known was checked.',
};

/** @param name of the drug */
export function missing(code: string, name: string): NotChecked {
  return { code, subject: name, text: `${name}: ${TEXTS[code] ?? 'not checked.'}` };
}
