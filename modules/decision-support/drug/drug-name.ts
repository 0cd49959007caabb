import { ingredientsNamed, LONGEST_NAME } from '../knowledge/vocabulary.ts';
import { plainName } from '../knowledge/concepts.ts';
import type { Drug, DrugPart, Strength } from './drug.ts';
import { isFormWord, isSalt, routeOfWords } from './route-words.ts';
import { amountIn } from './units.ts';

interface Component {
  readonly ingredients: readonly string[];
  readonly strengths: readonly Strength[];
  readonly words: readonly string[];
}

const NUMBER = '\\d+(?:\\.\\d+)?';
const UNIT = '(?:kg|mg|mcg|ug|ng|g|ml|l|unt|units?|iu|meq|mmol|%)';
const PER = `(?:\\s*/\\s*(?:(${NUMBER})\\s*)?(ml|l|actuat|hr|g|dose|puff|tablet|capsule)(?![a-z]))?`;
/** `250 MG`, `50 MG/ML`, `250 mg/5 mL`, `0.09 MG/ACTUAT`. */
const STRENGTH = new RegExp(`^(${NUMBER})\\s*(${UNIT})${PER}(?=$|[\\s/,-])`, 'i');
/** What RxNorm writes in front of a name: `24 HR`, `0.3 ML`, `120 ACTUAT`, `NDA020503`. */
const PREFIX = new RegExp(
  `^(?:${NUMBER}\\s*(?:hr|h|actuat|ml|day)\\b|nda\\d+|abuse deterrent\\b|\\d+ days?\\b)\\s*`,
  'i',
);
const SEPARATOR = /\s*(?:\/|\+|&|,|\band\b|\bwith\b)\s*/i;
const MAX_LENGTH = 300;
/** Names come from clients: a bound on what is remembered. */
const CACHE_LIMIT = 5000;

const cache = new Map<string, Drug | undefined>();

/**
 * The drug that is meant by a whole text such as `Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet`: each component a
 * known name, then salts, strength and form. Undefined as soon as a word is neither: a name is never guessed from a part
 * of a text.
 */
export function drugNamed(text: string): Drug | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (cache.has(text)) return cache.get(text);
  const drug = read(text);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(text, drug);
  return drug;
}

function read(text: string): Drug | undefined {
  const { body, brand } = withoutBrand(text);
  const parsed = parse(plainText(body));
  if (parsed === undefined) return undefined;
  // A bracketed name that is known must mean the same; one that is not known adds nothing.
  const branded = brand === undefined ? undefined : ingredientsNamed(brand);
  const isDisputed = branded !== undefined && !sameSet(branded, parsed.ingredients);
  const ingredients = isDisputed ? [...new Set([...parsed.ingredients, ...branded])] : parsed.ingredients;
  return {
    name: text.trim(),
    parts: partsOf(ingredients, parsed.strengths),
    route: routeOfWords(parsed.words),
    isDisputed,
  };
}

function withoutBrand(text: string): { readonly body: string; readonly brand: string | undefined } {
  const [, body = text, brand] = /^(.+?)\s*\[([^\]]+)\]\s*$/.exec(text) ?? [];
  return { body, brand };
}

/** Small letters; hyphens between words go, those in numbers stay. */
function plainText(text: string): string {
  return plainName(text.replace(/(\d)-(\d)/g, '$1/$2'))
    .replace(/[()]|\.(?=\s|$)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function parse(text: string): Component | undefined {
  const whole = component(text);
  if (whole !== undefined) return whole;
  // Names of combinations have separators of their own, so that the longest component is tried first.
  for (const { index, length } of separators(text)) {
    const first = component(text.slice(0, index));
    if (first === undefined) continue;
    const rest = parse(text.slice(index + length));
    if (rest !== undefined) return joined(first, rest);
  }
  return undefined;
}

function separators(text: string): readonly { readonly index: number; readonly length: number }[] {
  const found = [...text.matchAll(new RegExp(SEPARATOR, 'gi'))];
  return found.map((match) => ({ index: match.index, length: match[0].length })).reverse();
}

function joined(first: Component, rest: Component): Component {
  return {
    ingredients: [...first.ingredients, ...rest.ingredients],
    strengths: [...first.strengths, ...rest.strengths],
    words: [...first.words, ...rest.words],
  };
}

/** A name, salts, strengths and words of the form, and nothing else. */
function component(text: string): Component | undefined {
  let rest = text.trim();
  for (let prefix = PREFIX.exec(rest); prefix !== null; prefix = PREFIX.exec(rest)) rest = rest.slice(prefix[0].length);
  const words = rest.split(' ');
  for (let count = Math.min(LONGEST_NAME, words.length); count > 0; count -= 1) {
    const ingredients = ingredientsNamed(words.slice(0, count).join(' ').replace(/,$/, ''));
    if (ingredients === undefined) continue;
    const tail = readTail(words.slice(count).join(' '));
    if (tail !== undefined) return { ingredients, ...tail };
  }
  return undefined;
}

function readTail(text: string): Pick<Component, 'strengths' | 'words'> | undefined {
  const strengths: Strength[] = [];
  const words: string[] = [];
  let rest = text.replace(/^[\s,]+/, '');
  while (rest !== '') {
    const match = STRENGTH.exec(rest) ?? bareStrength(rest);
    if (match !== undefined) {
      const strength = strengthOf(match);
      if (strength !== undefined) strengths.push(strength);
      rest = rest.slice(match[0].length).replace(/^[\s/,]+/, '');
      continue;
    }
    const [word = ''] = rest.split(/[\s,]/, 1);
    if (!isSalt(word) && !isFormWord(word) && !/^\d+$/.test(word)) return undefined;
    words.push(word);
    rest = rest.slice(word.length).replace(/^[\s,]+/, '');
  }
  return { strengths, words };
}

/** The first of `500/125 mg`: it has the unit of what follows. */
function bareStrength(text: string): RegExpExecArray | undefined {
  const [, number = '', unit = ''] = new RegExp(`^(${NUMBER})/${NUMBER}\\s*(${UNIT})(?=$|\\s)`, 'i').exec(text) ?? [];
  if (unit === '') return undefined;
  const match = STRENGTH.exec(`${number} ${unit}`);
  if (match === null) return undefined;
  match[0] = number;
  return match;
}

function strengthOf(match: RegExpExecArray): Strength | undefined {
  const [, value = '', unit = '', perValue = '1', perUnit = '1'] = match;
  const amount = amountIn(value, unit);
  const per = amountIn(perValue, perUnit);
  // Milligrams in an hour or in a gram of cream say nothing of a single dose.
  return amount === undefined || per === undefined || (per.unit !== '1' && per.unit !== 'mL')
    ? undefined
    : { amount, per };
}

/** Strengths belong to the ingredients when there is one for each. */
function partsOf(ingredients: readonly string[], strengths: readonly Strength[]): readonly DrugPart[] {
  const isComplete = strengths.length === ingredients.length;
  return ingredients.map((ingredient, index) => ({ ingredient, strength: isComplete ? strengths[index] : undefined }));
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each) => other.includes(each));
}
