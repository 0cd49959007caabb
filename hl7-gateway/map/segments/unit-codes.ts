/*
 * Units as senders write them, and their UCUM codes (https://ucum.org/ucum): those of ISO+ and ANSI+ (HL7 v2 chapter 7, OBX-6), and what
 * laboratories and monitors send without a coding system. What is ambiguous is not here: `K/uL` is kelvin in UCUM and thousands in a
 * laboratory, `C` is coulomb there and Celsius at a bed.
 */

/** UCUM codes that senders write as they are. */
const AS_THEY_ARE =
  '% /min /h /d /mL /uL /L /dL /mm3 /[HPF] /[LPF] 10*3/uL 10*6/uL 10*9/L 10*12/L 10*6/L 10*3/mL 10*6/mL 10*5/mL 10*3 10*6 10*9 ' +
  'g kg mg ug ng pg fg g/L g/dL g/mL g/kg g/d g/(24.h) mg/L mg/dL mg/mL mg/g mg/kg mg/h mg/d mg/min mg/mmol mg/(24.h) mg/kg/d mg/kg/h ' +
  'ug/L ug/dL ug/mL ug/g ug/kg ug/h ug/min ug/d ug/kg/min ug/(24.h) ng/L ng/dL ng/mL ng/kg/min ng/mL/h pg/mL pg/dL pg/L pg ' +
  'mol mmol umol nmol pmol mol/L mmol/L umol/L nmol/L pmol/L fmol/L mmol/mol mmol/kg mmol/d mmol/g umol/g umol/d nmol/mL pmol/mL mmol/(24.h) umol/(24.h) ' +
  'eq meq meq/L meq/dL meq/d mosm/kg mosm/L osm/L U/L kU/L mU/L U/mL mU/mL uU/mL U/g kU U [iU] [iU]/L [iU]/mL k[iU]/L m[iU]/L m[iU]/mL u[iU]/mL [iU]/d ' +
  'L dL mL uL fL nL L/min L/h L/d mL/min mL/h mL/d mL/kg mL/kg/h mL/min/{1.73_m2} mL/(24.h) L/min/m2 ' +
  'm cm mm um nm m2 cm2 mm2 m3 cm3 mm3 m/s cm/s km ' +
  's ms min h d wk mo a ' +
  'Cel [degF] mm[Hg] cm[H2O] kPa Pa bar mbar mm/h kg/m2 kcal kcal/d kJ J W V mV uV A mA Hz kHz MHz dB N Gy mGy Sv mSv Bq MBq kBq lm lx ' +
  "[lb_av] [oz_av] [in_i] [ft_i] [pH] [drp] [arb'U] [arb'U]/mL [CFU] [CFU]/mL [GPL'U]/mL [MPL'U]/mL {ratio} {score} {index} {copies}/mL {cells}/uL {beats}/min";

/** Spellings that mean one thing; compared as they are, then without regard to case where the coding system is ISO+ or ANSI+. */
const SPELLINGS: Readonly<Record<string, string>> = {
  '/cu mm': '/mm3',
  '/cumm': '/mm3',
  '/hpf': '/[HPF]',
  '/HPF': '/[HPF]',
  '/lpf': '/[LPF]',
  '/LPF': '/[LPF]',
  '10^3/uL': '10*3/uL',
  '10^3/ul': '10*3/uL',
  '10^3/mm3': '10*3/mm3',
  '10^6/uL': '10*6/uL',
  '10^6/ul': '10*6/uL',
  '10^9/L': '10*9/L',
  '10^9/l': '10*9/L',
  '10^12/L': '10*12/L',
  '10^12/l': '10*12/L',
  '10*3/ul': '10*3/uL',
  '10*6/ul': '10*6/uL',
  '10*9/l': '10*9/L',
  '10*12/l': '10*12/L',
  '10e3/uL': '10*3/uL',
  '10E3/uL': '10*3/uL',
  '10e6/uL': '10*6/uL',
  '10E6/uL': '10*6/uL',
  '10e9/L': '10*9/L',
  '10E9/L': '10*9/L',
  '10e12/L': '10*12/L',
  '10E12/L': '10*12/L',
  'x10^3/uL': '10*3/uL',
  'x10^6/uL': '10*6/uL',
  'x10^9/L': '10*9/L',
  'x10^12/L': '10*12/L',
  'x10(3)/uL': '10*3/uL',
  'x10(6)/uL': '10*6/uL',
  'x10E3/uL': '10*3/uL',
  'x10E6/uL': '10*6/uL',
  'x10E9/L': '10*9/L',
  'x10E12/L': '10*12/L',
  'thou/uL': '10*3/uL',
  'Thousand/uL': '10*3/uL',
  'Million/uL': '10*6/uL',
  'mil/uL': '10*6/uL',
  'beats/min': '{beats}/min',
  bpm: '{beats}/min',
  'breaths/min': '{breaths}/min',
  'resp/min': '{breaths}/min',
  gm: 'g',
  'gm/dL': 'g/dL',
  'gm/dl': 'g/dL',
  'g/dl': 'g/dL',
  'g/l': 'g/L',
  'mg/dl': 'mg/dL',
  'mg/l': 'mg/L',
  'mg/ml': 'mg/mL',
  'mg/24h': 'mg/(24.h)',
  'mg/24hr': 'mg/(24.h)',
  mcg: 'ug',
  'mcg/dL': 'ug/dL',
  'mcg/dl': 'ug/dL',
  'mcg/mL': 'ug/mL',
  'mcg/ml': 'ug/mL',
  'mcg/L': 'ug/L',
  'mcg/min': 'ug/min',
  'mcg/kg/min': 'ug/kg/min',
  µg: 'ug',
  'µg/L': 'ug/L',
  'µg/l': 'ug/L',
  'µg/dL': 'ug/dL',
  'µg/mL': 'ug/mL',
  'μg/L': 'ug/L',
  'μg/mL': 'ug/mL',
  'ug/dl': 'ug/dL',
  'ug/l': 'ug/L',
  'ug/ml': 'ug/mL',
  'ng/dl': 'ng/dL',
  'ng/l': 'ng/L',
  'ng/ml': 'ng/mL',
  'pg/ml': 'pg/mL',
  'mmol/l': 'mmol/L',
  'umol/l': 'umol/L',
  'µmol/L': 'umol/L',
  'µmol/l': 'umol/L',
  'μmol/L': 'umol/L',
  'nmol/l': 'nmol/L',
  'pmol/l': 'pmol/L',
  'mEq/L': 'meq/L',
  'MEQ/L': 'meq/L',
  'mEq/l': 'meq/L',
  mEq: 'meq',
  'mOsm/kg': 'mosm/kg',
  'mosm/kg H2O': 'mosm/kg',
  'mOsm/L': 'mosm/L',
  IU: '[iU]',
  'IU/L': '[iU]/L',
  'IU/l': '[iU]/L',
  'IU/mL': '[iU]/mL',
  'IU/ml': '[iU]/mL',
  'kIU/L': 'k[iU]/L',
  'mIU/L': 'm[iU]/L',
  'mIU/mL': 'm[iU]/mL',
  'uIU/mL': 'u[iU]/mL',
  'µIU/mL': 'u[iU]/mL',
  'U/l': 'U/L',
  'u/L': 'U/L',
  'u/l': 'U/L',
  'U/ml': 'U/mL',
  'ml/min': 'mL/min',
  'ml/min/1.73m2': 'mL/min/{1.73_m2}',
  'mL/min/1.73m2': 'mL/min/{1.73_m2}',
  'mL/min/1.73.m2': 'mL/min/{1.73_m2}',
  'mL/min/1.73 m2': 'mL/min/{1.73_m2}',
  'mL/min/1.73m^2': 'mL/min/{1.73_m2}',
  'mL/min/1.73 m^2': 'mL/min/{1.73_m2}',
  'mL/min/1.73 sq m': 'mL/min/{1.73_m2}',
  ml: 'mL',
  cc: 'mL',
  'ml/h': 'mL/h',
  'mL/hr': 'mL/h',
  'ml/hr': 'mL/h',
  'mg/hr': 'mg/h',
  l: 'L',
  dl: 'dL',
  ul: 'uL',
  fl: 'fL',
  µL: 'uL',
  'l/min': 'L/min',
  mmHg: 'mm[Hg]',
  'mm Hg': 'mm[Hg]',
  'mm(hg)': 'mm[Hg]',
  MMHG: 'mm[Hg]',
  cmH2O: 'cm[H2O]',
  'cm H2O': 'cm[H2O]',
  'mm/hr': 'mm/h',
  'mm/1h': 'mm/h',
  cel: 'Cel',
  degC: 'Cel',
  'deg C': 'Cel',
  '°C': 'Cel',
  ºC: 'Cel',
  degF: '[degF]',
  'deg F': '[degF]',
  '°F': '[degF]',
  ºF: '[degF]',
  lb: '[lb_av]',
  lbs: '[lb_av]',
  oz: '[oz_av]',
  in: '[in_i]',
  inch: '[in_i]',
  inches: '[in_i]',
  ft: '[ft_i]',
  'kg/m^2': 'kg/m2',
  'kg/m(2)': 'kg/m2',
  'm^2': 'm2',
  sec: 's',
  secs: 's',
  seconds: 's',
  minute: 'min',
  minutes: 'min',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  week: 'wk',
  weeks: 'wk',
  month: 'mo',
  months: 'mo',
  year: 'a',
  years: 'a',
  yr: 'a',
  yrs: 'a',
  ann: 'a',
  'CFU/mL': '[CFU]/mL',
  'cfu/mL': '[CFU]/mL',
  'CFU/ml': '[CFU]/mL',
  'copies/mL': '{copies}/mL',
  'copies/ml': '{copies}/mL',
  'cells/uL': '{cells}/uL',
  pH: '[pH]',
  percent: '%',
};

const BY_TEXT = new Map<string, string>([
  ...AS_THEY_ARE.split(' ').map((code): readonly [string, string] => [code, code]),
  ...Object.entries(SPELLINGS),
]);

/** Texts that mean several units when their case is not regarded (`mg` and `Mg`, `pg` and `PG`) are left out. */
const WITHOUT_CASE = caseless();

/** UCUM code of a unit as it was sent; undefined for what is not known for sure. */
export function ucumOfText(text: string): string | undefined {
  return BY_TEXT.get(text);
}

/** The same for coding systems in which case says nothing: ISO+ and ANSI+. */
export function ucumOfIsoText(text: string): string | undefined {
  return BY_TEXT.get(text) ?? WITHOUT_CASE.get(text.toLowerCase());
}

/** All pairs, to be checked against UCUM. */
export function unitTexts(): ReadonlyMap<string, string> {
  return BY_TEXT;
}

function caseless(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const [text, code] of BY_TEXT) {
    const key = text.toLowerCase();
    const known = found.get(key);
    if (known !== undefined && known !== code) ambiguous.add(key);
    found.set(key, code);
  }
  for (const key of ambiguous) found.delete(key);
  return found;
}
