import type { EclText } from './ecl-text.ts';
import type { ConceptFilter, ConceptFilters, DescriptionFilter, DescriptionFilters, Expression } from './ecl-tree.ts';
import { dialects } from './dialects.ts';
import { parseComparison, parseNegation, parseTerms } from './parse-value.ts';
import type { Subsets } from './subsets.ts';

const TIME = /"?(\d{8})"?/y;
const TYPES: Readonly<Record<string, string>> = {
  syn: '900000000000013009',
  fsn: '900000000000003001',
  def: '900000000000550004',
};

/** `C` … or `D` …, behind `{{`. */
export function parseFilters(text: EclText, subsets: Subsets): ConceptFilters | DescriptionFilters {
  if (text.takesWord('c')) return { kind: 'concept', filters: list(text, () => conceptFilter(text, subsets)) };
  text.takesWord('d');
  return { kind: 'description', filters: list(text, () => descriptionFilter(text, subsets)) };
}

function list<T>(text: EclText, read: () => T): readonly T[] {
  const filters = [read()];
  while (text.takes(',') || text.takesWord('and')) filters.push(read());
  return filters;
}

function conceptFilter(text: EclText, subsets: Subsets): ConceptFilter {
  if (text.takesWord('definitionstatus')) {
    const isNegated = parseNegation(text);
    const statuses = listed(text, () => status(text));
    return { kind: 'definitionStatus', isNegated, statuses };
  }
  if (text.takesWord('definitionstatusid')) {
    const isNegated = parseNegation(text);
    const statuses = identifiers(text, subsets).map((code) => {
      if (code === '900000000000074008') return 'primitive' as const;
      if (code === '900000000000073002') return 'defined' as const;
      throw text.fail('900000000000074008 |primitive| or 900000000000073002 |defined| before this');
    });
    return { kind: 'definitionStatus', isNegated, statuses };
  }
  if (text.takesWord('moduleid', 'module')) {
    return { kind: 'module', isNegated: parseNegation(text), of: concepts(text, subsets) };
  }
  if (text.takesWord('effectivetime')) {
    const comparison = parseComparison(text);
    return { kind: 'effectiveTime', comparison, times: listed(text, () => time(text)) };
  }
  if (text.takesWord('active')) return { kind: 'active', value: active(text) };
  throw text.fail('definitionStatus, definitionStatusId, moduleId, effectiveTime or active');
}

function descriptionFilter(text: EclText, subsets: Subsets): DescriptionFilter {
  if (text.takesWord('term')) {
    const isNegated = parseNegation(text);
    const terms = parseTerms(text);
    if (terms === undefined) throw text.fail('a text in double quotes');
    return { kind: 'term', isNegated, terms };
  }
  if (text.takesWord('language')) {
    const isNegated = parseNegation(text);
    return { kind: 'language', isNegated, languages: listed(text, () => name(text, 'a language such as en')) };
  }
  if (text.takesWord('typeid')) {
    return { kind: 'type', isNegated: parseNegation(text), types: identifiers(text, subsets) };
  }
  if (text.takesWord('type')) {
    const isNegated = parseNegation(text);
    return { kind: 'type', isNegated, types: listed(text, () => type(text)) };
  }
  if (text.takesWord('dialectid', 'dialect')) {
    return { kind: 'dialect', isNegated: parseNegation(text), dialects: dialects(text) };
  }
  if (text.takesWord('active')) return { kind: 'active', value: active(text) };
  throw text.fail('term, language, type, typeId, dialect, dialectId or active');
}

/** One, or several in parentheses. */
function listed<T>(text: EclText, read: () => T): readonly T[] {
  if (!text.takes('(')) return [read()];
  const values = [read()];
  while (!text.takes(')')) {
    text.takes(',');
    values.push(read());
  }
  return values;
}

function status(text: EclText): 'primitive' | 'defined' {
  if (text.takesWord('primitive')) return 'primitive';
  if (text.takesWord('defined')) return 'defined';
  throw text.fail('primitive or defined');
}

function type(text: EclText): string {
  const word = text.word()?.toLowerCase() ?? '';
  const id = Object.hasOwn(TYPES, word) ? TYPES[word] : undefined;
  if (id === undefined) throw text.fail('syn, fsn or def');
  text.takesWord(word);
  return id;
}

function name(text: EclText, expected: string): string {
  const word = text.word();
  if (word === undefined) throw text.fail(expected);
  text.takesWord(word.toLowerCase());
  return word.toLowerCase();
}

function time(text: EclText): string {
  const found = text.run(TIME)?.replaceAll('"', '');
  if (found === undefined) throw text.fail('a date as "YYYYMMDD"');
  return found;
}

function active(text: EclText): boolean {
  const isNegated = parseNegation(text);
  if (text.takesWord('true') || text.takes('1')) return !isNegated;
  if (text.takesWord('false') || text.takes('0')) return isNegated;
  throw text.fail('1, 0, true or false');
}

/** Concepts, as an expression or as several in parentheses without OR between them. */
function concepts(text: EclText, subsets: Subsets): Expression {
  const start = text.at();
  if (text.takes('(')) {
    const parts: Expression[] = [];
    while (/^\d/.test(peek(text))) parts.push(subsets.operand(text));
    if (parts.length > 1 && text.takes(')')) return { kind: 'or', parts };
    text.goTo(start);
  }
  return subsets.operand(text);
}

function peek(text: EclText): string {
  const start = text.at();
  const digit = text.run(/\d/y) ?? '';
  text.goTo(start);
  return digit;
}

function identifiers(text: EclText, subsets: Subsets): readonly string[] {
  const set = concepts(text, subsets);
  const parts = set.kind === 'or' ? set.parts : [set];
  return parts.map((part) => {
    if (part.kind !== 'concept') throw text.fail('identifiers without operators before this');
    return part.code;
  });
}
