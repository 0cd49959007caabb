import { profileDocuments } from '../../profiles/write-pages.ts';
import { configDocument } from './config-document.ts';
import { errorDocument } from './error-document.ts';
import { moduleDocument } from './module-document.ts';

/** Documents that are generated from the code: path and a function that makes the text. */
export const DOCUMENTS: readonly (readonly [string, () => string | Promise<string>])[] = [
  ['server/docs/config.md', configDocument],
  ['server/docs/errors.md', errorDocument],
  ['server/docs/modules.md', moduleDocument],
  ...profileDocuments(),
];
