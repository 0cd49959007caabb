import { detached } from '../../server/kernel/detached.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { PropertyKind } from '../store/release.ts';
import { wordsOf } from '../store/words.ts';
import { IntList } from './int-list.ts';
import type { Problems } from './problem.ts';
import { cell, tableWriter, type RowSink, type TablePart, type TableWriter } from './table-writer.ts';

export interface NewConcept {
  readonly code: string;
  readonly display?: string;
  readonly definition?: string;
  readonly isActive?: boolean;
  readonly isAbstract?: boolean;
  /** Values of `own` properties, as a JSON object. */
  readonly own?: string;
}

export interface NewDesignation {
  readonly language?: string;
  /** Place given by {@link ReleaseBuilder.use}. */
  readonly use?: number;
  readonly value: string;
  readonly preferred?: readonly number[];
  readonly acceptable?: readonly number[];
  /** Whether its words find the concept; the default. */
  readonly isSearched?: boolean;
}

export interface NewProperty {
  readonly group?: number;
  readonly target?: number;
  readonly number?: string;
  readonly value?: string;
}

const MOST_SHARED = 10_000;
/** No display yet; smaller ranks win. */
const NO_RANK = 255;

/**
 * Takes what a format reads. Concepts, their hierarchy and their words stay in memory until all is read (a kilobyte a
 * concept); designations, properties and members go to the database as they come.
 */
export class ReleaseBuilder {
  readonly problems: Problems;
  readonly writers: Readonly<Record<TablePart, TableWriter>>;
  readonly codes: string[] = [];
  readonly displays: (string | undefined)[] = [];
  readonly isActive: boolean[] = [];
  readonly isAbstract: boolean[] = [];
  readonly own: (string | undefined)[] = [];
  readonly definitions = new Map<number, string>();
  /** Pairs (child, parent). */
  readonly edges = new IntList();
  /** Pairs (concept, word). */
  readonly words = new IntList();
  readonly vocabulary = new Map<string, number>();
  readonly kinds: PropertyKind[] = [];
  readonly uses: JsonObject[] = [];
  private readonly ids = new Map<string, number>();
  private readonly displayRanks: number[] = [];
  private readonly ownTexts = new Map<string, string>();
  private readonly kindIds = new Map<string, number>();
  private readonly keyOf: (code: string) => string;

  constructor(problems: Problems, sink: RowSink, isCaseSensitive: boolean) {
    this.problems = problems;
    this.keyOf = isCaseSensitive ? (code) => code : (code) => code.toLowerCase();
    this.writers = {
      concept: tableWriter('concept', sink),
      designation: tableWriter('designation', sink),
      property: tableWriter('property', sink),
      member: tableWriter('member', sink),
      prefix: tableWriter('prefix', sink),
    };
  }

  /** @returns its number; undefined (and an error) when the code is empty or was there before */
  concept(
    { code, display, definition, isActive, isAbstract, own }: NewConcept,
    file: string,
    line?: number,
  ): number | undefined {
    const key = this.keyOf(code);
    if (code === '' || this.ids.has(key)) {
      this.problems.error(file, line, code === '' ? 'the code is empty' : `the code ${code} was there before`);
      return undefined;
    }
    // A cut-out piece of a string keeps the whole alive: here, all of the files that were read.
    const id = this.codes.push(detached(code)) - 1;
    this.ids.set(detached(key), id);
    this.displays.push(undefined);
    this.displayRanks.push(NO_RANK);
    this.isActive.push(isActive ?? true);
    this.isAbstract.push(isAbstract ?? false);
    this.own.push(own === undefined ? undefined : this.shared(own));
    if (definition !== undefined && definition !== '') this.define(id, definition);
    if (display !== undefined && display !== '') {
      this.display(id, display, 0);
      this.searched(id, display);
    }
    return id;
  }

  /** Most concepts have the values of many others. */
  private shared(own: string): string {
    const known = this.ownTexts.get(own);
    if (known !== undefined) return known;
    const text = detached(own);
    if (this.ownTexts.size < MOST_SHARED) this.ownTexts.set(text, text);
    return text;
  }

  idOf(code: string): number | undefined {
    return this.ids.get(this.keyOf(code));
  }

  /** The display of lowest rank stays. */
  display(id: number, text: string, rank: number): void {
    if (rank >= (this.displayRanks[id] ?? NO_RANK)) return;
    this.displayRanks[id] = rank;
    this.displays[id] = detached(text);
  }

  /** The first definition stays. */
  define(id: number, text: string): void {
    if (!this.definitions.has(id)) this.definitions.set(id, detached(text));
  }

  /** The words of the text find the concept. */
  searched(id: number, text: string): void {
    for (const word of wordsOf(text)) {
      let number = this.vocabulary.get(word);
      if (number === undefined) this.vocabulary.set(detached(word), (number = this.vocabulary.size));
      this.words.push(id);
      this.words.push(number);
    }
  }

  designation(id: number, { use, language, preferred, acceptable, value, isSearched }: NewDesignation): void {
    const list = (ids: readonly number[] | undefined): string => (ids === undefined ? '\\N' : `{${ids.join()}}`);
    this.writers.designation.add(
      `${id}\t${use ?? '\\N'}\t${cell(language)}\t${list(preferred)}\t${list(acceptable)}\t${cell(value)}\n`,
    );
    if (isSearched !== false) this.searched(id, value);
  }

  property(id: number, kind: number, { group, target, number, value }: NewProperty): void {
    this.writers.property.add(
      `${id}\t${kind}\t${group ?? 0}\t${target ?? '\\N'}\t${number ?? '\\N'}\t${cell(value)}\n`,
    );
  }

  member(refset: number, id: number, target?: number, fields?: JsonObject): void {
    const json = fields === undefined ? undefined : JSON.stringify(fields);
    this.writers.member.add(`${refset}\t${id}\t${target ?? '\\N'}\t${cell(json)}\n`);
  }

  parent(child: number, parent: number): void {
    this.edges.push(child);
    this.edges.push(parent);
  }

  /** The property of that code, made at its first use. */
  kind(code: string, type: PropertyKind['type'], storage: PropertyKind['storage'] = 'rows', concept?: number): number {
    let id = this.kindIds.get(code);
    if (id === undefined) {
      id = this.kinds.length;
      this.kinds.push({ id, code, type, storage, ...(concept === undefined ? {} : { concept }) });
      this.kindIds.set(code, id);
    }
    return id;
  }

  use(coding: JsonObject): number {
    return this.uses.push(coding) - 1;
  }

  /** Hands full chunks of rows over. */
  async drain(): Promise<void> {
    for (const writer of Object.values(this.writers)) await writer.flush();
  }
}
