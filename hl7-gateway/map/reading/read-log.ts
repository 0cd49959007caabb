import type { ParsedSegment } from '../../hl7/parsed-message.ts';

/** What of one segment was read; by leaf, so that a component which no map knows does not hide behind those that it knows. */
export class ReadLog {
  private readonly leaves = new Set<number>();
  private readonly repetitions = new Set<number>();

  /** The leaf is a subcomponent; of what has none, the first one. */
  leaf(field: number, repetition: number, component: number, subcomponent: number): void {
    this.leaves.add(leafKey(field, repetition, component, subcomponent));
  }

  /** Everything in one repetition. */
  repetition(field: number, repetition: number): void {
    this.repetitions.add(field * REPETITIONS + repetition);
  }

  hasLeaf(field: number, repetition: number, component: number, subcomponent: number): boolean {
    return (
      this.repetitions.has(field * REPETITIONS + repetition) ||
      this.leaves.has(leafKey(field, repetition, component, subcomponent))
    );
  }

  get isEmpty(): boolean {
    return this.leaves.size === 0 && this.repetitions.size === 0;
  }
}

const REPETITIONS = 65_536;
const PARTS = 512;

function leafKey(field: number, repetition: number, component: number, subcomponent: number): number {
  return ((field * REPETITIONS + repetition) * PARTS + component) * PARTS + subcomponent;
}

/**
 * Where the segment has content that was not read: the whole segment (`ZPD[1]`), a field (`PID[1]-40`), or what is left of one
 * (`PID[1]-3.6`, `PID[1]-11[2].9.2`).
 * @param place of the segment: `PID[1]`
 */
export function unreadPlaces(segment: ParsedSegment, log: ReadLog, place: string): readonly string[] {
  const fields: string[] = [];
  let isAnyRead = !log.isEmpty;
  // MSH-1 and MSH-2 are the delimiters.
  for (let field = segment.name === 'MSH' ? 3 : 1; field <= segment.fields; field += 1) {
    if (segment.getRaw(field) === '') continue;
    const left = unreadParts(segment, log, field);
    if (left.isRead) isAnyRead = true;
    // Delimiters alone are no content.
    if (!left.isRead && !left.hasContent) continue;
    if (left.isRead) fields.push(...left.parts.map((part) => `${place}-${field}${part}`));
    else fields.push(`${place}-${field}`);
  }
  return isAnyRead || fields.length === 0 ? fields : [place];
}

interface FieldRest {
  /** Whether anything of the field was read. */
  readonly isRead: boolean;
  readonly parts: readonly string[];
}

function unreadParts(
  segment: ParsedSegment,
  log: ReadLog,
  field: number,
): FieldRest & { readonly hasContent: boolean } {
  const parts: string[] = [];
  const repetitions = segment.repetitions(field);
  let isRead = false;
  let hasContent = false;
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    if (segment.getRaw(field, repetition) === '') continue;
    const at = repetitions === 1 ? '' : `[${repetition}]`;
    const components = segment.components(field, repetition);
    const left: string[] = [];
    let isRepetitionRead = false;
    for (let component = 1; component <= components; component += 1) {
      if (segment.getRaw(field, repetition, component) === '') continue;
      const rest = unreadLeaves(segment, log, { field, repetition, component });
      if (rest.isRead) isRepetitionRead = true;
      if (rest.isRead || rest.parts.length > 0) hasContent = true;
      left.push(...rest.parts.map((part) => `${at}.${component}${part}`));
    }
    if (isRepetitionRead) isRead = true;
    parts.push(...(isRepetitionRead || left.length === 0 ? left : [at]));
  }
  return { isRead, hasContent, parts: isRead ? parts.filter((part) => part !== '') : [] };
}

interface ComponentPlace {
  readonly field: number;
  readonly repetition: number;
  readonly component: number;
}

function unreadLeaves(
  segment: ParsedSegment,
  log: ReadLog,
  { field, repetition, component }: ComponentPlace,
): FieldRest {
  const parts: string[] = [];
  let isRead = false;
  const subcomponents = segment.subcomponents(field, repetition, component);
  for (let subcomponent = 1; subcomponent <= subcomponents; subcomponent += 1) {
    if (segment.getRaw(field, repetition, component, subcomponent) === '') continue;
    if (log.hasLeaf(field, repetition, component, subcomponent)) isRead = true;
    else parts.push(`.${subcomponent}`);
  }
  return { isRead, parts: isRead ? parts : parts.length === 0 ? [] : [''] };
}
