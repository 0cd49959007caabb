import type { ResourceOf, Stored } from '#sdk';
import { codeOf, extensionOf, idOf, partOf, type Extension } from '../elements.ts';
import { codeSystem, structure } from '../names.ts';

type List = ResourceOf<'List'>;
type Entry = NonNullable<List['entry']>[number];

/** A line of a count sheet. Quantities in base units. */
export interface CountLine {
  /** Id of the Medication. */
  readonly lot: string;
  readonly counted: number | undefined;
  /** Instant. */
  readonly countedAt: string | undefined;
  /** What the ledger said when the sheet was opened; undefined on a blind sheet. */
  readonly expected: number | undefined;
}

interface Sheet {
  readonly location: string;
  readonly isOpen: boolean;
  readonly lines: readonly CountLine[];
}

/** Undefined when the List is no count sheet. */
export function sheetIn(list: Stored<'List'> | undefined): Sheet | undefined {
  const location = idOf(extensionOf(list, 'count-location')?.valueReference, 'Location');
  if (list === undefined || location === undefined || codeOf(list.code, codeSystem('stock-task')) !== 'count')
    return undefined;
  return { location, isOpen: list.status === 'current', lines: (list.entry ?? []).flatMap(lineIn) };
}

export function newSheet(location: string, lines: readonly CountLine[], at: Date, source: string | undefined): List {
  return {
    resourceType: 'List',
    status: 'current',
    mode: 'working',
    title: 'Count of stock',
    code: { coding: [{ system: codeSystem('stock-task'), code: 'count' }] },
    date: at.toISOString(),
    extension: [{ url: structure('count-location'), valueReference: { reference: `Location/${location}` } }],
    ...(source === undefined ? {} : { source: { reference: source } }),
    ...(lines.length === 0 ? {} : { entry: lines.map(entryOf) }),
  };
}

/** The sheet with what was counted; lots that are not on it are added. */
export function withCounts(list: List, counts: ReadonlyMap<string, number>, at: Date): List {
  const lines = (list.entry ?? []).flatMap(lineIn);
  const known = new Set(lines.map(({ lot }) => lot));
  const found = [...counts.keys()].filter((lot) => !known.has(lot));
  const all = [
    ...lines,
    ...found.map((lot): CountLine => ({ lot, counted: undefined, countedAt: undefined, expected: undefined })),
  ];
  const counted = all.map((line): CountLine => {
    const value = counts.get(line.lot);
    return value === undefined ? line : { ...line, counted: value, countedAt: at.toISOString() };
  });
  return { ...list, entry: counted.map(entryOf) };
}

function entryOf({ lot, counted, countedAt, expected }: CountLine): Entry {
  const extension: Extension[] = [
    ...(counted === undefined ? [] : [{ url: 'counted', valueUnsignedInt: counted }]),
    ...(countedAt === undefined ? [] : [{ url: 'countedAt', valueInstant: countedAt }]),
    ...(expected === undefined ? [] : [{ url: 'expected', valueInteger: expected }]),
  ];
  return {
    item: { reference: `Medication/${lot}` },
    ...(extension.length === 0 ? {} : { extension: [{ url: structure('count-line'), extension }] }),
  };
}

function lineIn(entry: Entry): CountLine[] {
  const lot = idOf(entry.item, 'Medication');
  const line = extensionOf(entry, 'count-line');
  if (lot === undefined) return [];
  return [
    {
      lot,
      counted: partOf(line, 'counted')?.valueUnsignedInt,
      countedAt: partOf(line, 'countedAt')?.valueInstant,
      expected: partOf(line, 'expected')?.valueInteger,
    },
  ];
}
