import type { Delimiters, ParsedSegment } from '../../hl7/parsed-message.ts';
import type { ReadLog } from './read-log.ts';

/** A repetition of a field, or a part of it: a component, a subcomponent. What is read through it counts as read. */
export interface Value {
  /** `PID-3`, `PID-3.4`; without number of segment or repetition. */
  readonly place: string;
  /**
   * Unescaped text of its n-th part, the first one by default; `""` reads as empty. Of a component that should have no parts,
   * all of it: senders leave the ampersand in names as it is.
   */
  text(part?: number): string;
  /** What a part holds: of a repetition a component, of a component a subcomponent; a subcomponent is its own first part. */
  part(part: number): Value;
  /** All of its text, unescaped; delimiters that the sender has left as they are stand in it: for texts. */
  whole(): string;
  /** Whether there is any content; `""` is none. Does not count as reading. */
  hasContent(): boolean;
  /** As `text()`, but does not count as reading: to look whether it can be understood. */
  peek(part?: number): string;
}

interface Position {
  readonly segment: ParsedSegment;
  readonly log: ReadLog;
  readonly delimiters: Delimiters;
  readonly field: number;
  readonly repetition: number;
}

const NULL = '""';

/** One repetition of a field. */
export function repetitionValue(position: Position): Value {
  const { segment, log, field, repetition, delimiters } = position;
  return {
    place: `${segment.name}-${field}`,
    text: (part = 1) => componentText(position, part).trim(),
    part: (part) => componentValue(position, part),
    whole() {
      log.repetition(field, repetition);
      return segment.get(field, repetition);
    },
    hasContent: () => isContent(segment.getRaw(field, repetition), delimiters),
    peek: (part = 1) => segment.get(field, repetition, part).trim(),
  };
}

function componentValue(position: Position, component: number): Value {
  const { segment, field, repetition, delimiters } = position;
  return {
    place: `${segment.name}-${field}.${component}`,
    text: (part = 1) => leafText(position, component, part),
    part: (part) => subcomponentValue(position, component, part),
    whole: () => componentText(position, component),
    hasContent: () => isContent(segment.getRaw(field, repetition, component), delimiters),
    peek: (part = 1) => segment.get(field, repetition, component, part).trim(),
  };
}

function subcomponentValue(position: Position, component: number, subcomponent: number): Value {
  const { segment, field, repetition, delimiters } = position;
  const self: Value = {
    place: `${segment.name}-${field}.${component}.${subcomponent}`,
    text: (part = 1) => (part === 1 ? leafText(position, component, subcomponent) : ''),
    part: (part) => (part === 1 ? self : subcomponentValue(position, component, Number.MAX_SAFE_INTEGER)),
    whole: () => leafText(position, component, subcomponent),
    hasContent: () => isContent(segment.getRaw(field, repetition, component, subcomponent), delimiters),
    peek: (part = 1) => (part === 1 ? segment.get(field, repetition, component, subcomponent).trim() : ''),
  };
  return self;
}

function componentText({ segment, log, field, repetition }: Position, component: number): string {
  const count = segment.subcomponents(field, repetition, component);
  for (let part = 1; part <= count; part += 1) log.leaf(field, repetition, component, part);
  return segment.get(field, repetition, component);
}

function leafText({ segment, log, field, repetition }: Position, component: number, subcomponent: number): string {
  log.leaf(field, repetition, component, subcomponent);
  return segment.get(field, repetition, component, subcomponent).trim();
}

/** Components that are all empty are no content: senders write `^^^`. A lone `+` is: a urine test says so. */
function isContent(raw: string, { component, subcomponent }: Delimiters): boolean {
  if (raw === '' || raw === NULL) return false;
  for (const character of raw) {
    if (character !== component && character !== subcomponent && character !== ' ') return true;
  }
  return false;
}
