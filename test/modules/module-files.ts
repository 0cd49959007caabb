import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** The text of a manifest, and of code that exports nothing in force. */
export function moduleFiles(
  name: string,
  manifest: object = {},
  code = 'export const code = {};',
): Readonly<Record<string, string>> {
  const whole = { name, title: name, version: '1.0.0', depends: [], contributes: {}, ...manifest };
  return {
    [`${name}/manifest.ts`]: `export default { ...${JSON.stringify(whole)}, code: () => import('./code.ts') };\n`,
    [`${name}/code.ts`]: `${code}\n`,
  };
}
