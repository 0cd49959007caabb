import type { Route } from './drug.ts';

/** Words by which names of clinical drugs say what form a drug has; those without a route say nothing of it. */
const FORM_WORDS: Readonly<Record<string, Route | undefined>> = {
  oral: 'oral',
  tablet: 'oral',
  tablets: 'oral',
  tab: 'oral',
  tabs: 'oral',
  capsule: 'oral',
  capsules: 'oral',
  cap: 'oral',
  caps: 'oral',
  chewable: 'oral',
  caplet: 'oral',
  caplets: 'oral',
  syrup: 'oral',
  elixir: 'oral',
  lozenge: 'oral',
  disintegrating: 'oral',
  enteric: 'oral',
  coated: 'oral',
  sublingual: 'other',
  buccal: 'other',
  mucosal: 'other',
  injection: 'injection',
  injectable: 'injection',
  prefilled: 'injection',
  syringe: 'injection',
  'auto injector': 'injection',
  injector: 'injection',
  auto: undefined,
  pen: 'injection',
  vial: 'injection',
  ampule: 'injection',
  iv: 'injection',
  im: 'injection',
  subcutaneous: 'injection',
  intravenous: 'injection',
  intramuscular: 'injection',
  infusion: 'injection',
  topical: 'topical',
  cream: 'topical',
  ointment: 'topical',
  gel: 'topical',
  lotion: 'topical',
  shampoo: 'topical',
  foam: 'topical',
  ophthalmic: 'ophthalmic',
  eye: 'ophthalmic',
  otic: 'otic',
  ear: 'otic',
  nasal: 'nasal',
  inhaler: 'inhaled',
  inhalation: 'inhaled',
  inhalant: 'inhaled',
  metered: 'inhaled',
  nebulizer: 'inhaled',
  vaginal: 'vaginal',
  rectal: 'rectal',
  suppository: 'rectal',
  enema: 'rectal',
  transdermal: 'transdermal',
  patch: 'transdermal',
  implant: 'other',
  intrauterine: 'other',
  drug: undefined,
  system: undefined,
  ring: undefined,
  drops: undefined,
  spray: undefined,
  solution: undefined,
  suspension: undefined,
  powder: undefined,
  dry: undefined,
  dose: undefined,
  liquid: undefined,
  film: undefined,
  extended: undefined,
  delayed: undefined,
  sustained: undefined,
  modified: undefined,
  immediate: undefined,
  release: undefined,
  er: undefined,
  xr: undefined,
  xl: undefined,
  sr: undefined,
  cr: undefined,
  dr: undefined,
  ir: undefined,
  ds: undefined,
  odt: 'oral',
  day: undefined,
  pack: undefined,
  kit: undefined,
  usp: undefined,
  'abuse deterrent': undefined,
};

/** Words of salts and hydrates, which stand behind the name of the substance. */
const SALTS: ReadonlySet<string> = new Set(
  (
    'sodium potassium calcium magnesium hydrochloride hydrocholoride hcl sulfate sulphate maleate tartrate succinate besylate ' +
    'phosphate acetate citrate hydrobromide bitartrate mesylate fumarate monohydrate dihydrate trihydrate anhydrous axetil ' +
    'proxetil disodium nitrate carbonate gluconate lactate tromethamine etexilate medoxomil cilexetil pivoxil dipropionate ' +
    'propionate furoate valerate bromide chloride xinafoate stearate ethylsuccinate estolate decanoate palmitate pamoate ' +
    'polistirex cypionate hemihydrate sodium-potassium human porcine recombinant macrocrystals alafenamide'
  ).split(' '),
);

export function isSalt(word: string): boolean {
  return SALTS.has(word);
}

export function isFormWord(word: string): boolean {
  return Object.hasOwn(FORM_WORDS, word);
}

/** Words that name the place decide before those that name the form: eye ointment, vaginal cream, nasal spray. */
const PLACES: readonly Route[] = [
  'ophthalmic',
  'otic',
  'nasal',
  'vaginal',
  'rectal',
  'inhaled',
  'transdermal',
  'injection',
];

export function routeOfWords(words: readonly string[]): Route | undefined {
  const routes = words.flatMap((word) => (isFormWord(word) ? (FORM_WORDS[word] ?? []) : []));
  return PLACES.find((place) => routes.includes(place)) ?? routes[0];
}
