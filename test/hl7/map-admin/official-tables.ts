import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ParsedMessage, ParsedSegment } from '../../../hl7-gateway/hl7/parsed-message.ts';
import { TABLES } from './samples.ts';

/** A field that the official tables map, and under which conditions; one without condition always. */
export interface MappedField {
  readonly segment: string;
  readonly field: number;
  readonly target: string;
  readonly condition: string;
}

export const HAS_TABLES = existsSync(TABLES);

const COLUMNS = { identifier: 1, condition: 6, target: 9 } as const;
const SEGMENT_MAP = 10;

/** The rows of each segment map by its name: `PID[Patient]`. */
function segmentMaps(): ReadonlyMap<string, readonly MappedField[]> {
  const maps = new Map<string, readonly MappedField[]>();
  for (const [name, rows] of tables('segments')) maps.set(name, rows.flatMap(fieldOf));
  return maps;
}

function fieldOf(row: readonly string[]): readonly MappedField[] {
  const match = /^([A-Z][A-Z0-9]{2})-(\d+)/.exec(row[COLUMNS.identifier]?.trim() ?? '');
  const target = row[COLUMNS.target]?.trim() ?? '';
  const [, segment, field] = match ?? [];
  if (segment === undefined || target === '') return [];
  return [
    { segment, field: Number(field), target, condition: (row[COLUMNS.condition] ?? '').replaceAll(/\s+/g, ' ').trim() },
  ];
}

function conditionOf(row: readonly string[]): string {
  return (row[COLUMNS.condition] ?? '').replaceAll(/\s+/g, ' ').trim();
}

/** A segment map that a message structure uses, and under which condition. */
interface UsedMap {
  readonly name: string;
  readonly condition: string;
}

/** Which segment maps each message structure uses: `ADT_A01` → `PID[Patient]`, … */
function messageMaps(): ReadonlyMap<string, readonly UsedMap[]> {
  const maps = new Map<string, readonly UsedMap[]>();
  for (const [name, rows] of tables('messages')) {
    const used = rows.map((row) => ({ name: row[SEGMENT_MAP]?.trim() ?? '', condition: conditionOf(row) }));
    maps.set(
      name,
      used.filter((each) => each.name.includes('[')),
    );
  }
  return maps;
}

/** The structure whose map the official tables have for an event; undefined where they have none (merges, charges, prescriptions). */
function structureOf({ event, structure }: ParsedMessage, known: ReadonlySet<string>): string | undefined {
  const [type = ''] = event.split('^');
  return [structure, SAME_AS[event], FAMILIES[type]].find((name) => name !== undefined && known.has(name));
}

const SAME_AS: Readonly<Record<string, string | undefined>> = {
  'ADT^A03': 'ADT_A01',
  'ADT^A04': 'ADT_A01',
  'ADT^A08': 'ADT_A01',
  'ADT^A13': 'ADT_A01',
};

const FAMILIES: Readonly<Record<string, string | undefined>> = { SIU: 'SIU_S12', MDM: 'MDM_T02' };

/** What the official tables map of a message: by the map of its structure, where they have none by all maps of each segment. */
export function officialFields(): (message: ParsedMessage) => readonly MappedField[] {
  const segments = segmentMaps();
  const messages = messageMaps();
  const structures = new Set(messages.keys());
  const all = [...messages.values()].flat().map(({ name }) => ({ name, condition: '' }));
  return (message) => {
    const structure = structureOf(message, structures);
    const used = structure === undefined ? all : (messages.get(structure) ?? []);
    const names = used.filter(({ condition }) => holds(condition, message)).map(({ name }) => name);
    return [...new Set(names)].flatMap((name) => segments.get(name) ?? []);
  };
}

/**
 * Whether a condition holds: values of fields and components; what is not understood holds.
 * @param segment the one that the condition is of; of other segments the first is looked at
 */
export function holds(condition: string, message: ParsedMessage, segment?: ParsedSegment): boolean {
  if (condition === '') return true;
  const text = condition.replace(/^IF\s+/i, '');
  const clauses = text.split(/\s+OR\s+/i).map((part) => part.split(/\s+AND\s+/i));
  return clauses.some((part) => part.every((clause) => isTrue(clause.trim(), message, segment)));
}

function isTrue(clause: string, message: ParsedMessage, own?: ParsedSegment): boolean {
  const match = /^\(?([A-Z][A-Z0-9]{2})-(\d+)(?:\.(\d+))?\s+(.*?)\)?$/i.exec(clause);
  const [, name, field, component, rest = ''] = match ?? [];
  const segment = own?.name === name ? own : message.segments.find((each) => each.name === name);
  if (segment === undefined || field === undefined) return true;
  const value =
    component === undefined ? segment.get(Number(field), 1) : segment.get(Number(field), 1, Number(component));
  if (/^(IS )?NOT VALUED/i.test(rest)) return value === '';
  if (/^(IS )?VALUED?/i.test(rest)) return value !== '';
  const words = [...rest.matchAll(/"([^"]*)"/g)].map(([, word]) => word);
  if (words.length === 0) return true;
  return /NOT/i.test(rest) ? !words.includes(value) : words.includes(value);
}

function* tables(folder: string): Generator<readonly [string, readonly (readonly string[])[]]> {
  for (const file of readdirSync(join(TABLES, folder))) {
    const name = /R4_ (.+?) - /.exec(file)?.[1];
    if (name === undefined) continue;
    yield [name, parseCsv(readFileSync(join(TABLES, folder, file), 'utf8')).slice(2)];
  }
}

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  const end = (): void => {
    rows.at(-1)?.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === ',') end();
    else if (character === '\n') {
      end();
      rows.push([]);
    } else if (character !== '\r') cell += character;
  }
  end();
  return rows;
}
