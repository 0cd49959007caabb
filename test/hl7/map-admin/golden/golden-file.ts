import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MappedMessage } from '../../../../hl7-gateway/map/mapped-message.ts';
import { stringifyJson, type JsonValue } from '../../../../server/kernel/json.ts';

const FOLDER = fileURLToPath(new URL('../../../golden/hl7', import.meta.url));

export function goldenFile(sample: string): string {
  return `${FOLDER}/${sample.replace(/\.hl7$/, '')}.ndjson`;
}

export function readGolden(sample: string): string | undefined {
  const file = goldenFile(sample);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** One entry a line, so that a change shows as the entries that it changes; before them what else was found. */
export function goldenText({ entries, ...rest }: MappedMessage): string {
  return [rest, ...entries].map((each) => `${stringifyJson(each as unknown as JsonValue)}\n`).join('');
}
