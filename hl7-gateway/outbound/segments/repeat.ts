import { numberText, type JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingRepetition } from '../../hl7/build-message.ts';
import { codesOf, objectOf, objectsOf, textOf, textsOf } from '../../map/json.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const ABBREVIATIONS = 'http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation';
const PATTERNS = 'http://terminology.hl7.org/CodeSystem/v2-0335';

/** Units of Timing.repeat as patterns have them: `Q6H`. */
const LETTERS: Readonly<Record<string, string | undefined>> = { s: 'S', min: 'M', h: 'H', d: 'D', wk: 'W', mo: 'L' };
const TIMES_A_DAY: Readonly<Record<string, string | undefined>> = { '1': 'QD', '2': 'BID', '3': 'TID', '4': 'QID' };

/** How a dosage repeats: code of HL7 table 0335, else words. */
export interface RepeatPattern {
  readonly code: string;
  readonly text: string;
}

export function repeatPattern(timing: JsonObject, isAsNeeded: boolean): RepeatPattern {
  const repeat = objectOf(timing.repeat);
  const known = objectsOf(objectOf(timing.code).coding).find(({ system }) =>
    [ABBREVIATIONS, PATTERNS].includes(textOf(system)),
  );
  const code = textOf(known?.code) || patternOf(repeat);
  const text = textOf(objectOf(timing.code).text) || (code === '' ? wordsOf(repeat) : '');
  return { code: isAsNeeded ? `PRN${code}` : code, text: code === '' || known !== undefined ? text : '' };
}

/** Frequency and period where a pattern says just that. */
function patternOf(repeat: JsonObject): string {
  const [frequency = '1', period, unit] = [
    numberText(repeat, 'frequency'),
    numberText(repeat, 'period'),
    unitOf(repeat),
  ];
  if (repeat.frequencyMax !== undefined || repeat.periodMax !== undefined) return '';
  if (period === '1' && unit === 'd') return TIMES_A_DAY[frequency] ?? '';
  const letter = LETTERS[unit];
  const isWhole = period !== undefined && /^[1-9]\d{0,2}$/.test(period);
  return frequency === '1' && isWhole && letter !== undefined ? `Q${period}${letter}` : '';
}

/** `2 to 3 times in 8 h` */
function wordsOf(repeat: JsonObject): string {
  const period = range(repeat, 'period');
  if (period === '') return '';
  const often = range(repeat, 'frequency') || '1';
  return `${often} ${often === '1' ? 'time' : 'times'} in ${period} ${unitOf(repeat)}`;
}

function range(repeat: JsonObject, element: string): string {
  const [least, most] = [numberText(repeat, element), numberText(repeat, `${element}Max`)];
  return [least, most].filter((each) => each !== undefined).join(' to ');
}

function unitOf({ periodUnit }: JsonObject): string {
  return textOf(periodUnit);
}

/** RPT of each: the pattern, days of the week (`DW`), meals and sleep. */
export function repeats(timing: JsonObject, isAsNeeded: boolean): readonly OutgoingRepetition[] {
  const { code, text } = repeatPattern(timing, isAsNeeded);
  const repeat = objectOf(timing.repeat);
  const days = textsOf(repeat.dayOfWeek).map((day) => {
    const number = String(DAYS.indexOf(day) + 1);
    return ['', 'DW', number, number];
  });
  const offset = numberText(repeat, 'offset');
  const meals = textsOf(repeat.when).map((event) => [
    ...['', '', '', '', '', '', '', event],
    ...(offset === undefined ? [] : [offset, 'min']),
  ]);
  const first = code + text === '' ? [] : [[[code, text]]];
  return [...first, ...days, ...meals];
}

/** `0830` of each time of the day. */
export function timesOfDay(timing: JsonObject): readonly string[] {
  return textsOf(objectOf(timing.repeat).timeOfDay).map((time) => time.slice(0, 5).replace(':', ''));
}

/** Whether it is taken as needed, and when that is. */
export function asNeeded({ asNeededBoolean, asNeededCodeableConcept }: JsonObject): {
  readonly is: boolean;
  readonly condition: string;
} {
  const { text, coding } = objectOf(asNeededCodeableConcept);
  const [first] = objectsOf(coding);
  const [code = ''] = codesOf(asNeededCodeableConcept);
  const condition = textOf(text) || textOf(first?.display) || code;
  return { is: asNeededBoolean === true || condition !== '', condition };
}
