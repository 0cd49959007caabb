import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, parseJson, type JsonObject } from '../server/kernel/json.ts';

const CLINIC = join(import.meta.dirname, 'clinic');

export interface ClinicFile {
  /** Name of the file, without `.json`. */
  readonly name: string;
  readonly resource: JsonObject;
}

/** The profiles, extensions, value sets and code systems, or examples of them, in name order. */
export function clinicFiles(folder: '.' | 'examples/valid' | 'examples/invalid'): ClinicFile[] {
  const names = readdirSync(join(CLINIC, folder)).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => {
    const resource = parseJson(readFileSync(join(CLINIC, folder, name), 'utf8'));
    if (!isObject(resource)) throw new Error(`${name} is no resource`);
    return { name: name.replace(/\.json$/, ''), resource };
  });
}
