import { parseArgs } from 'node:util';
import { RELEASE_FORMATS } from './formats/formats.ts';
import type { ReleaseFormat } from './release-format.ts';

export type TerminologyCommand =
  | { readonly name: 'help' }
  | { readonly name: 'list' }
  | { readonly name: 'use' | 'remove'; readonly url: string; readonly version: string }
  | {
      readonly name: 'load';
      readonly path: string;
      readonly format: ReleaseFormat;
      readonly version: string | undefined;
      readonly url: string | undefined;
      readonly licenceAccepted: boolean;
      readonly dryRun: boolean;
      readonly keepCurrent: boolean;
    };

const TYPES = RELEASE_FORMATS.map(({ name, title }) => `    ${name.padEnd(16)}${title}`).join('\n');

export const TERMINOLOGY_USAGE = `usage: athanor terminology load FILE|DIR --type TYPE [--version V] [--accept-licence] [--dry-run]
       athanor terminology list
       athanor terminology use URL VERSION
       athanor terminology remove URL VERSION

load reads a release of a code system (a zip as published, its folder or a single file) beside those that answer, and
switches to it when all of it is there: until then, and when something is wrong with it, the former version answers.
Started again after it was interrupted, it leaves out what the database has.

  --type TYPE        one of
${TYPES}
  --version V        where the release does not tell it
  --url URL          canonical url of the code system (csv)
  --accept-licence   you hold the licence of the release
  --keep-current     load it beside the current version, to be asked for by version
  --dry-run          read and check everything, write nothing

list shows the releases, use makes one the current version of its system, remove takes one away.`;

/** @throws Error whose message tells what is wrong with the arguments */
export function parseTerminologyOptions(argv: readonly string[]): TerminologyCommand {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      type: { type: 'string' },
      version: { type: 'string' },
      url: { type: 'string' },
      'accept-licence': { type: 'boolean', default: false },
      'keep-current': { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { name: 'help' };
  const [name, first, second] = positionals;
  switch (name) {
    case 'list':
      return { name };
    case 'use':
    case 'remove':
      if (first === undefined || second === undefined)
        throw new Error(`${name} takes the url and the version of a release; list shows them`);
      return { name, url: first, version: second };
    case 'load': {
      if (first === undefined) throw new Error('name the file or folder of the release');
      const format = RELEASE_FORMATS.find((known) => known.name === values.type);
      if (format === undefined)
        throw new Error(`--type takes one of ${RELEASE_FORMATS.map((known) => known.name).join(', ')}`);
      return {
        name,
        path: first,
        format,
        version: values.version,
        url: values.url,
        licenceAccepted: values['accept-licence'],
        dryRun: values['dry-run'],
        keepCurrent: values['keep-current'],
      };
    }
    default:
      throw new Error('load, list, use or remove is expected');
  }
}
