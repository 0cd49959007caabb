import { isHeaderName } from './delimiters.ts';
import { storable, unescapeText } from './escapes.ts';
import type { Delimiters, ParsedSegment } from './parsed-message.ts';

/** How a message is written. */
export interface Writing {
  readonly delimiters: Delimiters;
  /** WHATWG label of the bytes that X sequences stand for. */
  readonly charset: string;
}

const NONE: readonly string[] = [];

/** A segment over its text; fields are split when first asked for, what is in them when it is. */
export function segmentOf(name: string, raw: string, index: number, writing: Writing): ParsedSegment {
  const { delimiters, charset } = writing;
  const isHeader = isHeaderName(name);
  let split: readonly string[] | undefined;
  const repeated: Record<number, readonly string[]> = {};
  let lastField = 0;
  let lastRepetition = 0;
  let lastComponents: readonly string[] = [];

  const fieldTexts = (): readonly string[] =>
    (split ??= isHeader ? headerFields(raw, delimiters.field) : raw.split(delimiters.field));

  /** MSH-1 and MSH-2 are the delimiters themselves. */
  const isWhole = (field: number): boolean => isHeader && field <= 2;

  const repetitionsOf = (field: number): readonly string[] => {
    const text = field < 1 ? '' : (fieldTexts()[field] ?? '');
    // Nothing is kept of what is not there: a segment may have millions of empty fields.
    if (text === '') return NONE;
    return (repeated[field] ??= isWhole(field) ? [text] : parts(text, delimiters.repetition));
  };

  const componentsOf = (field: number, repetition: number): readonly string[] => {
    if (field !== lastField || repetition !== lastRepetition) {
      const text = repetitionsOf(field)[repetition - 1] ?? '';
      lastComponents = isWhole(field) ? [text] : parts(text, delimiters.component);
      lastField = field;
      lastRepetition = repetition;
    }
    return lastComponents;
  };

  const subcomponentsOf = (field: number, repetition: number, component: number): readonly string[] => {
    const text = componentsOf(field, repetition)[component - 1] ?? '';
    return isWhole(field) ? [text] : parts(text, delimiters.subcomponent);
  };

  const getRaw = (field: number, repetition?: number, component?: number, subcomponent?: number): string => {
    if (field < 1) return '';
    if (repetition === undefined) return fieldTexts()[field] ?? '';
    if (component === undefined) return repetitionsOf(field)[repetition - 1] ?? '';
    if (subcomponent === undefined) return componentsOf(field, repetition)[component - 1] ?? '';
    return subcomponentsOf(field, repetition, component)[subcomponent - 1] ?? '';
  };

  return {
    name,
    raw,
    index,
    get fields() {
      return fieldTexts().length - 1;
    },
    getRaw,
    get(field, repetition, component, subcomponent) {
      const text = getRaw(field, repetition, component, subcomponent);
      if (text === '""') return '';
      return isWhole(field) ? storable(text) : unescapeText(text, delimiters, charset);
    },
    repetitions: (field) => repetitionsOf(field).length,
    components: (field, repetition = 1) => componentsOf(field, repetition).length,
    subcomponents: (field, repetition, component) => subcomponentsOf(field, repetition, component).length,
    isNull: (field, repetition, component) => getRaw(field, repetition, component) === '""',
  };
}

/** With the field separator itself as the first, as the standard numbers them. */
function headerFields(raw: string, separator: string): string[] {
  const [name = '', ...fields] = raw.split(separator);
  return fields.length === 0 ? [name] : [name, separator, ...fields];
}

/** None of an empty text; one where the delimiter is not in use. */
function parts(text: string, delimiter: string): readonly string[] {
  if (text === '') return NONE;
  return delimiter === '' || !text.includes(delimiter) ? [text] : text.split(delimiter);
}
