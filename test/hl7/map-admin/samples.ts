import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeMessage } from '../../../hl7-gateway/hl7/charset.ts';
import { parseMessage } from '../../../hl7-gateway/hl7/parse-message.ts';
import type { ParsedMessage } from '../../../hl7-gateway/hl7/parsed-message.ts';
import type { MapContext } from '../../../hl7-gateway/map/map-context.ts';
import type { MappedMessage } from '../../../hl7-gateway/map/mapped-message.ts';
import { mapOf } from '../../../hl7-gateway/map/message-maps.ts';
import { systemsOf } from '../../../hl7-gateway/partner/systems.ts';

const DATA = fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** The public sample messages, and the official tables; empty where they are not there. */
export const SAMPLES = filesIn('hl7v2', '.hl7');
export const TABLES = join(DATA, 'v2-to-fhir');

function filesIn(folder: string, ending: string): readonly string[] {
  const path = join(DATA, folder);
  return existsSync(path)
    ? readdirSync(path)
        .filter((name) => name.endsWith(ending))
        .sort()
    : [];
}

/** Runs the tests for each sample; skips them with a message where there are none. */
export function describeSamples(name: string, tests: (sample: string) => void): void {
  describe(name, () => {
    if (SAMPLES.length === 0) test.skip(`${name}: ../shared/data/hl7v2 is not there`, () => undefined);
    for (const sample of SAMPLES) tests(sample);
  });
}

export function readSample(name: string): ParsedMessage {
  const { text } = decodeMessage(readFileSync(join(DATA, 'hl7v2', name)), { fallbackCharset: 'windows-1252' });
  return parseMessage(text);
}

/** What a partner means by what it sends who has one setting: whose the numbers are that come without assigner. */
export function contextOf(partner: string): MapContext {
  return {
    partner,
    receivedAt: '2026-11-26T08:00:00.000Z',
    timeZone: 'Europe/Berlin',
    systems: systemsOf({ id: partner, systems: [{ kind: 'assigner', name: '', uri: `urn:oid:1.2.3.4` }] }),
    translate: () => undefined,
  };
}

export const CONTEXT = contextOf('lab');

export function mapMessage(message: ParsedMessage, context = CONTEXT): MappedMessage {
  const map = mapOf(message.event);
  if (map === undefined) throw new Error(`no map for ${message.event}`);
  return map.map(message, context);
}

/** A message of segments, as a sender writes them. */
export function messageOf(...segments: readonly string[]): ParsedMessage {
  return parseMessage(segments.join('\r'));
}
