export interface TextPlace {
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/**
 * Where in a JSON text the element stands that a FHIRPath such as `Patient.name[0].given[1]` names; of one that is not
 * there, the nearest that holds it. Choice elements are found under their typed names (`value` finds `valueQuantity`).
 * @param text JSON without syntax errors
 */
export function placeInJson(text: string, expression: string): TextPlace {
  return placeAt(text, find(text, skipSpace(text, 0), stepsOf(expression)));
}

function stepsOf(expression: string): (string | number)[] {
  const steps: (string | number)[] = [];
  // The first name is that of the resource type; calls such as ofType(Quantity) name no property.
  for (const [, name, index] of expression.replace(/^[^.[]*/, '').matchAll(/\.([A-Za-z_]\w*)(?![\w(])|\[(\d+)\]/g)) {
    steps.push(name ?? Number(index));
  }
  return steps;
}

function find(text: string, start: number, steps: readonly (string | number)[]): number {
  let at = start;
  for (const step of steps) {
    const next = typeof step === 'number' ? itemAt(text, at, step) : propertyAt(text, at, step);
    if (next === undefined) break;
    at = next;
  }
  return at;
}

function itemAt(text: string, start: number, wanted: number): number | undefined {
  // An index on an element that does not repeat in JSON names the element itself.
  if (text[start] !== '[') return wanted === 0 ? start : undefined;
  let at = skipSpace(text, start + 1);
  for (let index = 0; at < text.length && text[at] !== ']'; index += 1) {
    if (index === wanted) return at;
    at = skipSpace(text, skipValue(text, at));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return undefined;
}

function propertyAt(text: string, start: number, wanted: string): number | undefined {
  const object = text[start] === '[' ? skipSpace(text, start + 1) : start;
  if (text[object] !== '{') return undefined;
  let choice: number | undefined;
  let at = skipSpace(text, object + 1);
  while (at < text.length && text[at] !== '}') {
    const end = skipString(text, at);
    const key = text.slice(at + 1, end - 1);
    const value = skipSpace(text, skipSpace(text, end) + 1);
    if (key === wanted) return value;
    if (key.startsWith(wanted) && /^[A-Z]/.test(key.slice(wanted.length))) choice ??= value;
    at = skipSpace(text, skipValue(text, value));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return choice;
}

function skipValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const character = text[at];
    if (character === '"') at = skipString(text, at);
    else {
      if (character === '{' || character === '[') depth += 1;
      else if (character === '}' || character === ']') depth -= 1;
      at += 1;
    }
  } while (at < text.length && (depth > 0 || !isEnd(text[at])));
  return at;
}

function isEnd(character: string | undefined): boolean {
  return character === ',' || character === '}' || character === ']';
}

function skipString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return at;
}

function placeAt(text: string, offset: number): TextPlace {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
