import {
  EXACT,
  isObject,
  keepNumberText,
  parseJson,
  stringifyJson,
  type JsonObject,
  type JsonValue,
} from '../kernel/json.ts';
import { fault } from '../kernel/fault.ts';

/** Where a number stands, and its digits. */
type ExactNumber = readonly [path: readonly (string | number)[], text: string];

const LIMITS = { maxDepth: 256 };
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** As bots take it: JSON with the digits of numbers beside it, see bots/runtime/client.ts. */
export function encodeForBot(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  const exact: ExactNumber[] = [];
  collect(value, [], exact);
  const beside = exact.length === 0 ? '' : `,"exact":${JSON.stringify(exact)}`;
  return `{"value":${stringifyJson(value)}${beside}}`;
}

/**
 * What a bot sent.
 * @throws Fault `bot.badValue` 422; JsonSyntaxError for JSON that a client may not send either
 */
export function decodeFromBot(text: string): JsonValue | undefined {
  if (text === '') return undefined;
  const message = parseJson(text, LIMITS);
  if (!isObject(message)) throw badValue();
  const { value, exact = [] } = message;
  if (!Array.isArray(exact)) throw badValue();
  for (const entry of exact) apply(value, entry);
  return value;
}

function collect(value: JsonValue, path: readonly (string | number)[], found: ExactNumber[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, text] of Object.entries(value[EXACT] ?? {})) {
    if (Number(text) === (value as JsonObject)[key]) found.push([[...path, key], text]);
  }
  for (const [key, child] of Object.entries(value)) {
    if (child !== undefined) collect(child, [...path, key], found);
  }
}

function apply(value: JsonValue | undefined, entry: JsonValue): void {
  const [path, text] = Array.isArray(entry) ? entry : [];
  if (!Array.isArray(path) || typeof text !== 'string' || !NUMBER.test(text) || text.length > 64) throw badValue();
  const key = String(path.at(-1));
  let parent: JsonValue | undefined = value;
  for (const step of path.slice(0, -1)) parent = memberOf(parent, String(step));
  if (typeof parent !== 'object' || parent === null || memberOf(parent, key) !== Number(text)) throw badValue();
  keepNumberText(parent, key, text);
}

function memberOf(parent: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key)) return undefined;
  return (parent as JsonObject)[key];
}

function badValue(): Error {
  return fault('bot.badValue', 422, 'value', 'The bot sent something that is not JSON as the server reads it.');
}
