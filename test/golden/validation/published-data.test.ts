import type { Issue } from '../../../server/kernel/fault.ts';
import { parseJson, type JsonObject } from '../../../server/kernel/json.ts';
import { describeLines } from '../../conformance/real-data.ts';
import { goldenValidator } from './golden-validator.ts';

const validator = goldenValidator([]);

async function issuesOf(texts: readonly string[]): Promise<readonly Issue[]> {
  const issues: Issue[] = [];
  for (const text of texts) issues.push(...(await validator.validate(parseJson(text) as JsonObject)));
  return issues;
}

describeLines('The official examples of R4', 'r4-examples/r4-examples.ndjson.gz', (lines) => {
  test('every constraint can be evaluated on them, and all but a few are valid', async () => {
    let invalid = 0;
    for (const line of lines) {
      const { text } = JSON.parse(line) as { readonly text: string };
      const issues = await issuesOf([text]);
      expect(issues.filter((issue) => issue.text.includes('could not be evaluated'))).toEqual([]);
      if (issues.some(({ severity }) => severity === 'error')) invalid += 1;
    }
    // Units that UCUM does not have, references to types that the element does not name, empty narratives…
    expect(invalid).toBeLessThan(60);
  });
});

describe.each(['a0-providers-00', 'a1-patients-00', 'b-patients-00'])('Synthetic data, %s', (name) => {
  describeLines('bundles', `synthea/${name}.ndjson.gz`, (lines) => {
    test('no error but of codes that their systems do not have', async () => {
      const errors = (await issuesOf(lines)).filter(({ severity }) => severity === 'error');
      expect(errors.filter(({ code }) => code !== 'code-invalid')).toEqual([]);
    });
  });
});
