import { spawnSync } from 'node:child_process';

/** Where a program is, if this machine has it. */
export function pathOf(program: string): string | undefined {
  const path = spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim();
  return path === '' ? undefined : path;
}

/**
 * `describe` for tests that need a program which Node does not bring: skipped, with a word, where it is missing. With
 * REQUIRE_PROGRAMS=1 that is an error, so that a run which is there for them (.ci/programs) cannot pass by skipping.
 * @param debian package that has it
 */
export function describeWith(program: string, debian: string): (name: string, tests: () => void) => void {
  if (pathOf(program) !== undefined) return describe;
  const text = `no ${program} on this machine (Debian: apt-get install ${debian})`;
  if (process.env.REQUIRE_PROGRAMS === '1') throw new Error(text);
  console.warn(`skipped: ${text}`);
  return describe.skip;
}
