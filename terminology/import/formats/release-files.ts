import { UnreadableRelease } from '../problem.ts';
import type { ReleaseFile, ReleaseInput } from '../release-input.ts';

/** Files whose name, without folders, the pattern matches. */
export function filesOf(input: ReleaseInput, pattern: RegExp): readonly ReleaseFile[] {
  return input.files.filter(({ name }) => pattern.test(name.slice(name.lastIndexOf('/') + 1)));
}

/** @throws UnreadableRelease when there is none */
export function fileOf(input: ReleaseInput, pattern: RegExp, called: string): ReleaseFile {
  const [file] = filesOf(input, pattern);
  if (file === undefined) throw new UnreadableRelease(input.name, `has no file ${called}`);
  return file;
}

export function totalSize(files: readonly ReleaseFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** @throws UnreadableRelease when neither the person nor the name of the release says the version */
export function versionOf(input: ReleaseInput, given: string | undefined, pattern?: RegExp): string {
  const version = given ?? pattern?.exec(input.name)?.[1];
  if (version === undefined)
    throw new UnreadableRelease(input.name, 'does not tell its version; give it with --version');
  return version;
}
