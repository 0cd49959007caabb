import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);

function examples(kind: 'valid' | 'invalid'): readonly (readonly [string, { readonly resourceType: string }])[] {
  const folder = join(import.meta.dirname, 'profiles', 'examples', kind);
  return readdirSync(folder).map((name) => [
    name.replace('.json', ''),
    JSON.parse(readFileSync(join(folder, name), 'utf8')) as { resourceType: string },
  ]);
}

async function errorsOf(resource: { readonly resourceType: string }): Promise<readonly string[]> {
  const { body } = await clinic.send('POST', `${resource.resourceType}/$validate`, resource);
  const issues = (body.issue ?? []).filter(({ severity }) => severity === 'error');
  // That others are there is not what examples show.
  return issues.map(({ details }) => details.text).filter((text) => !text.includes('does not exist'));
}

test.each(examples('valid'))('%s is valid', async (_name, resource) => {
  expect(await errorsOf(resource)).toEqual([]);
});

test.each(examples('invalid'))('%s is not', async (_name, resource) => {
  expect((await errorsOf(resource)).length).toBeGreaterThan(0);
});
