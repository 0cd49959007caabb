import type { Hl7Message, Hl7Segment } from '#sdk';

/** MSH-1 and MSH-2. */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
  /** The fifth character of MSH-2, from version 2.7 on. */
  readonly truncation?: string;
}

/** A segment over its source text: nothing is split or unescaped before somebody asks. Everything is numbered from 1. */
export interface ParsedSegment extends Hl7Segment {
  /** As received, without its terminator. */
  readonly raw: string;
  /** Its place in the message, from 0. */
  readonly index: number;
  /** How many fields it has. */
  readonly fields: number;
  /** Text as received, escapes as they are. Without `component` the whole repetition, without `repetition` the whole field. */
  getRaw(field: number, repetition?: number, component?: number, subcomponent?: number): string;
  components(field: number, repetition?: number): number;
  subcomponents(field: number, repetition: number, component: number): number;
  /** Whether it is `""`: what stands there is to be deleted. */
  isNull(field: number, repetition?: number, component?: number): boolean;
}

export interface ParsedMessage extends Hl7Message {
  /** The whole text as it was received. */
  readonly raw: string;
  readonly delimiters: Delimiters;
  readonly segments: readonly ParsedSegment[];
  /** MSH. */
  readonly header: ParsedSegment;
  /** MSH-12 as sent: `2.5.1`, junk, or nothing. */
  readonly versionSent: string;
  /** The nearest version that the dictionary has: `2.5.1`. */
  readonly version: string;
  /** MSH-9.3, or what MSH-9.1 and .2 stand for: `ADT_A01`. */
  readonly structure: string;
  /** MSH-10. */
  readonly controlId: string;
}
