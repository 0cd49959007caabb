import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, type Walk } from '../walk.ts';
import { compareValues } from './compare-values.ts';
import type { TypedValue } from './item-extensions.ts';

/** Whether the response was made while the questionnaire was meant to be used. */
export function checkPeriod(response: JsonObject, { effectivePeriod }: JsonObject, walk: Walk): void {
  if (!isObject(effectivePeriod)) return;
  const authored = moment(response, 'authored');
  const { start, end } = effectivePeriod;
  if (isBefore(authored, moment(effectivePeriod, 'start'))) report(`from ${String(start)} on`, walk);
  if (isBefore(moment(effectivePeriod, 'end'), authored)) report(`until ${String(end)}`, walk);
}

function report(period: string, walk: Walk): void {
  const text = `The response was not made while the questionnaire is in use. Expected is a date ${period}.`;
  addIssueAt(walk, ['authored'], 'business-rule', text, 'warning');
}

function moment(owner: JsonObject, property: string): TypedValue | undefined {
  const value = owner[property];
  return typeof value === 'string' ? { type: 'DateTime', property, value, owner } : undefined;
}

function isBefore(a: TypedValue | undefined, b: TypedValue | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const order = compareValues(a, b);
  return order !== undefined && order < 0;
}
