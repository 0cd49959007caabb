import { withCheckDigit } from '../../../terminology/import/check-digits.fixture.ts';
import { RF2_FILES } from '../../../terminology/import/formats/rf2/rf2.fixture.ts';
import { writeZip } from '../../../terminology/import/write-zip.fixture.ts';
import { createRandom, type Random } from './random.ts';
import { createWords } from './synthetic-words.ts';

const MODULE = '900000000000207008';
const US_ENGLISH = '900000000000509007';
const [PRIMITIVE, DEFINED] = ['900000000000074008', '900000000000073002'];
const [SYNONYM, FULLY_SPECIFIED] = ['900000000000013009', '900000000000003001'];
const [PREFERRED, ACCEPTABLE] = ['900000000000548007', '900000000000549004'];
const [IS_A, INFERRED, SOME] = ['116680003', '900000000000011006', '900000000000451002'];
const ROOT = '138875005';
/** Attributes: concepts of their own, as in a real release. */
const ATTRIBUTES = 20;
const TIME = '20240101';

export interface SyntheticRelease {
  readonly codes: readonly string[];
  readonly words: readonly string[];
  /** Codes with few, many and most of the concepts below them. */
  readonly ancestors: readonly string[];
}

/**
 * Writes a release of made-up concepts as a zip in Release Format 2: words as frequent as in a language, a hierarchy of
 * several parents some twelve levels deep, one to three synonyms, attributes in groups.
 */
export async function writeSyntheticRelease(path: string, concepts: number): Promise<SyntheticRelease> {
  const random = createRandom(7);
  const words = createWords(random, Math.max(2000, Math.round(concepts / 20)));
  const reserved = [ROOT, MODULE, US_ENGLISH, IS_A];
  const codes = [...reserved];
  for (let serial = 10_000; codes.length < concepts; serial += 1) {
    const code = withCheckDigit(`${serial}00`);
    if (!reserved.includes(code)) codes.push(code);
  }
  const parents = makeParents(random, codes.length, reserved.length);
  const code = (place: number): string => codes[place] ?? ROOT;

  await writeZip(path, {
    [RF2_FILES.concepts.name]: file(RF2_FILES.concepts.header, function* () {
      for (const [place, id] of codes.entries())
        yield `${id}\t${TIME}\t1\t${MODULE}\t${place % 3 === 0 ? DEFINED : PRIMITIVE}`;
    }),
    [RF2_FILES.relationships.name]: file(RF2_FILES.relationships.header, function* () {
      let id = 0;
      const row = (source: number, target: number, group: number, type: string): string =>
        `${(id += 1)}\t${TIME}\t1\t${MODULE}\t${code(source)}\t${code(target)}\t${group}\t${type}\t${INFERRED}\t${SOME}`;
      for (let place = 1; place < codes.length; place += 1) {
        for (const parent of parents(place)) yield row(place, parent, 0, IS_A);
        if (place < 2 * ATTRIBUTES + reserved.length) continue;
        for (let group = 1; group <= place % 3; group += 1) {
          yield row(place, Math.floor(random() * place), group, code(reserved.length + (place % ATTRIBUTES)));
        }
      }
    }),
    [RF2_FILES.descriptions.name]: file(RF2_FILES.descriptions.header, () =>
      descriptions(codes, words, createRandom(9), false),
    ),
    [RF2_FILES.languages.name]: file(RF2_FILES.languages.header, () =>
      descriptions(codes, words, createRandom(9), true),
    ),
  });
  return { codes, words: words.all, ancestors: ancestorsOf(codes, reserved.length) };
}

/** Lines with line ends, in pieces of some size. */
function* file(header: string, lines: () => Iterable<string>): Generator<string> {
  let piece = `${header}\r\n`;
  for (const line of lines()) {
    piece += `${line}\r\n`;
    if (piece.length < 1 << 18) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** Descriptions, or what the language reference set says of the same ones: the same random numbers make both. */
function* descriptions(
  codes: readonly string[],
  words: ReturnType<typeof createWords>,
  random: Random,
  isLanguage: boolean,
): Generator<string> {
  let serial = 0;
  for (const code of codes) {
    const synonyms = 1 + Math.floor(random() * 3);
    for (let at = 0; at <= synonyms; at += 1) {
      const term = words.phrase(random);
      const id = `${(serial += 1)}11`;
      const isFull = at === 0;
      yield isLanguage
        ? `${serial}\t${TIME}\t1\t${MODULE}\t${US_ENGLISH}\t${id}\t${at <= 1 ? PREFERRED : ACCEPTABLE}`
        : `${id}\t${TIME}\t1\t${MODULE}\t${code}\ten\t${isFull ? FULLY_SPECIFIED : SYNONYM}\t${term}${isFull ? ' (finding)' : ''}\t${SOME}`;
    }
  }
}

/**
 * Parents by place: the concepts of one level under those of the one above, each level 2.8 times as large. A subtree is a
 * range of places, so that there are subtrees of all sizes.
 */
function makeParents(random: Random, count: number, reserved: number): (place: number) => readonly number[] {
  const ratio = 2.8;
  return (place) => {
    if (place < reserved) return [0];
    const parent = Math.floor(place / ratio);
    const parents = [Math.max(0, parent < reserved ? 0 : parent)];
    if (random() < 0.35) {
      const near = Math.max(0, parent - 1 - Math.floor(random() * 20));
      if (near !== parents[0] && near >= reserved) parents.push(near);
    }
    return place < count ? parents : [];
  };
}

function ancestorsOf(codes: readonly string[], reserved: number): readonly string[] {
  const places = [0, reserved, reserved + 1, reserved + 7, 60, 200, 1000, 5000, 20_000];
  return places.flatMap((place) => codes[place] ?? []);
}
