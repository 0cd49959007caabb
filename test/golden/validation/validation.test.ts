import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Issue } from '../../../server/kernel/fault.ts';
import type { ValidateOptions } from '../../../server/validation/walk.ts';
import { readFamily, resourceOfCase, type ExpectedIssue } from './family.ts';
import { goldenValidator } from './golden-validator.ts';

const families = readdirSync(__dirname)
  .filter((file) => file.endsWith('.json'))
  .map((file) => readFamily(join(__dirname, file)));

describe.each(families.map((family) => [family.title, family] as const))('%s', (_title, family) => {
  const validator = goldenValidator(family.canonicals ?? []);

  test.each(family.cases.map((golden) => [golden.name, golden] as const))('%s', async (_name, golden) => {
    const resource = resourceOfCase(family, golden);
    const issues = await validator.validate(resource, (golden.options ?? {}) as ValidateOptions);
    expect(issues.filter(isError).map(shortened(golden.issues))).toEqual(golden.issues.filter(([s]) => s === 'error'));
    for (const expected of golden.issues) expect(issues.map(shortened([expected]))).toContainEqual(expected);
  });
});

function isError({ severity }: Issue): boolean {
  return severity === 'error' || severity === 'fatal';
}

/** An issue in the form of the expected ones: of its text the part that one of them names, if it is there. */
function shortened(expected: readonly ExpectedIssue[]): (issue: Issue) => ExpectedIssue {
  return ({ severity, code, expression = [], text }) => {
    const place = expression.join(', ');
    const part = expected.find(([s, c, e, t]) => s === severity && c === code && e === place && text.includes(t))?.[3];
    return [severity, code, place, part ?? text];
  };
}
