import { numberText, type JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingRepetition, OutgoingSegment } from '../../hl7/build-message.ts';
import { amount, quantity } from '../datatypes/amounts.ts';
import { concept } from '../datatypes/concepts.ts';
import { timestamp } from '../datatypes/times.ts';
import { objectOf, objectsOf, textOf } from '../../map/json.ts';
import type { PeerProfile } from '../tell.ts';
import { PRIORITIES } from './order.ts';
import { asNeeded, repeatPattern, repeats, timesOfDay } from './repeat.ts';

/** How much each time: the first of a dosage's amounts. */
export interface Dose {
  readonly least: JsonObject;
  /** Empty where it is one amount. */
  readonly most: JsonObject;
  readonly rate: JsonObject;
}

export function doseOf({ doseAndRate }: JsonObject): Dose {
  const [first = {}] = objectsOf(doseAndRate);
  const { low, high } = objectOf(first.doseRange);
  const only = objectOf(first.doseQuantity);
  return {
    least: amount(only) === '' ? objectOf(low) : only,
    most: objectOf(high),
    rate: objectOf(first.rateQuantity),
  };
}

/** TQ1 of each dosage, from version 2.5 on. Where there are several, each has its own dose and instructions; else RXE says them. */
export function dosageTimings(
  request: JsonObject,
  dosages: readonly JsonObject[],
  peer: PeerProfile,
): readonly OutgoingSegment[] {
  const priority = PRIORITIES[textOf(request.priority)] ?? '';
  const isOnly = dosages.length === 1;
  const rows = dosages.map((dosage) => timingFields(dosage, { priority, isOnly }, peer));
  return rows.map((fields, index) => ['TQ1', String(index + 1), ...fields]);
}

function timingFields(
  dosage: JsonObject,
  { priority, isOnly }: { readonly priority: string; readonly isOnly: boolean },
  peer: PeerProfile,
): readonly OutgoingField[] {
  const timing = objectOf(dosage.timing);
  const repeat = objectOf(timing.repeat);
  const { is, condition } = asNeeded(dosage);
  const { start, end } = boundsOf(repeat);
  const { least, most } = doseOf(dosage);
  const upTo = amount(most) === '' ? '' : `up to ${amount(most)} ${textOf(most.unit) || textOf(most.code)}`.trim();
  return [
    isOnly ? '' : quantity(least, peer.names),
    { repetitions: repeats(timing, is) },
    { repetitions: timesOfDay(timing) },
    '',
    quantity(repeat.boundsDuration, peer.names),
    start,
    end,
    priority,
    condition,
    isOnly ? '' : [textOf(dosage.text), upTo].filter((text) => text !== '').join(', '),
    '',
    durationOf(repeat),
    numberText(repeat, 'count') ?? '',
  ];
}

function boundsOf({ boundsPeriod }: JsonObject): { readonly start: string; readonly end: string } {
  const { start, end } = objectOf(boundsPeriod);
  return { start: timestamp(textOf(start)), end: timestamp(textOf(end)) };
}

/** CQ: how long it takes each time. */
function durationOf(repeat: JsonObject): OutgoingRepetition {
  const length = numberText(repeat, 'duration');
  return length === undefined ? '' : [length, [textOf(repeat.durationUnit), '', 'UCUM']];
}

/** TQ, in which versions before 2.5 say it: RXE-1. */
export function oldTiming(request: JsonObject, dosage: JsonObject): OutgoingRepetition {
  const timing = objectOf(dosage.timing);
  const repeat = objectOf(timing.repeat);
  const { is, condition } = asNeeded(dosage);
  const { code, text } = repeatPattern(timing, is);
  const { start, end } = boundsOf(repeat);
  const { least } = doseOf(dosage);
  return [
    [amount(least), textOf(least.unit) || textOf(least.code)],
    [code || text, timesOfDay(timing).join(',')],
    '',
    start,
    end,
    PRIORITIES[textOf(request.priority)] ?? '',
    condition,
    '',
    '',
    '',
    '',
    numberText(repeat, 'count') ?? '',
  ];
}

/** RXR of each way in which it is given, once. */
export function routeSegments(dosages: readonly JsonObject[], peer: PeerProfile): readonly OutgoingSegment[] {
  const routes = dosages
    .filter((dosage) => dosage.route !== undefined || dosage.site !== undefined)
    .map((dosage): OutgoingSegment => {
      return ['RXR', concept(dosage.route, peer), concept(dosage.site, peer), '', concept(dosage.method, peer)];
    });
  return [...new Map(routes.map((segment) => [JSON.stringify(segment), segment])).values()];
}
