import { compareVersions } from '../definitions/canonical-index.ts';
import type { Module, ModuleCode } from '../sdk/module.ts';

const VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const LONGEST_PROJECTION = 40;

/** What is wrong with what a module's code exports, as far as it can be seen without running it; each line names the module. */
export function checkCode({ name, version }: Module, code: ModuleCode): readonly string[] {
  const problems: string[] = [];
  const say = (text: string): void => void problems.push(`module ${name}: ${text}`);
  let before = '';
  for (const { to } of code.upgrades ?? []) {
    if (!VERSION.test(to)) say(`the upgrade step to ${to} must name a semantic version such as 1.1.0.`);
    else if (compareVersions(to, version) > 0) say(`there is an upgrade step to ${to}, but its version is ${version}.`);
    else if (before !== '' && compareVersions(before, to) >= 0)
      say(`the upgrade step to ${to} stands behind that to ${before}.`);
    before = to;
  }
  for (const projection of code.projections ?? []) {
    const [owner, own = ''] = projection.name.split(/\.(.*)/s);
    const isFine = owner === name && /^[a-z][a-z0-9-]*$/.test(own) && projection.name.length <= LONGEST_PROJECTION;
    if (!isFine)
      say(
        `projection ${projection.name} must be called ${name}.NAME, with at most ${LONGEST_PROJECTION} of a-z, 0-9, "-".`,
      );
  }
  return problems;
}
