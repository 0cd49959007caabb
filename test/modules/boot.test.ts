import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadModules } from '../../server/boot/load-modules.ts';
import { RegistryError } from '../../server/registry/registry-error.ts';
import { readSelection } from '../../server/registry/selection.ts';
import { moduleFiles, writeFiles } from './module-files.ts';

const MADE = join(import.meta.dirname, `made-${process.pid}`);
let count = 0;

afterAll(() => rmSync(MADE, { recursive: true, force: true }));

/** What keeps the server from starting; empty: it starts. */
async function problemsOf(
  files: Readonly<Record<string, string>>,
  selection = 'all',
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  count += 1;
  const folder = join(MADE, String(count));
  mkdirSync(folder, { recursive: true });
  writeFiles(folder, files);
  try {
    await loadModules(readSelection(selection), env, { folder });
    return [];
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return error.problems;
  }
}

const bots = 'export const code = { bots: [{ name: "remind", title: "", on: { cron: "0 0 * * *" }, run() {} }] };';
const profile = (more: object): string =>
  JSON.stringify({ resourceType: 'StructureDefinition', id: 'p', url: 'urn:p', ...more });

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    'a cycle',
    { ...moduleFiles('a', { depends: ['b'] }), ...moduleFiles('b', { depends: ['a'] }) },
    /^modules depend on each other in a circle: a → b → a\./,
  ],
  [
    'a missing dependency',
    moduleFiles('a', { depends: ['b'] }),
    /^module a depends on module b, which is not there\.$/,
  ],
  [
    'a bot that two modules have',
    { ...moduleFiles('a', {}, bots), ...moduleFiles('b', {}, bots) },
    /^module a and module b both contribute bot remind; only one can\.$/,
  ],
  [
    'a setting that the server has',
    moduleFiles('base', { contributes: { settings: [{ name: 'url', text: '', default: '' }] } }),
    /^the server and module base both contribute setting BASE_URL; only one can\.$/,
  ],
  [
    'another name than the folder',
    { 'a/manifest.ts': moduleFiles('b')['b/manifest.ts'] ?? '' },
    /^module a: its manifest is called b; /,
  ],
  [
    'no manifest',
    { 'a/manifest.ts': 'export default { name: "a" };' },
    /^modules\/a: the manifest must export default defineModule/,
  ],
  ['a manifest with a fault', { 'a/manifest.ts': 'throw new Error("oh");' }, /a\/manifest\.ts cannot be loaded: oh$/],
  ['a version that is none', moduleFiles('a', { version: '1' }), /^module a: version 1 must be a semantic version/],
  ['itself', moduleFiles('a', { depends: ['a'] }), /^module a: it depends on itself\.$/],
  ['code with a fault', moduleFiles('a', {}, 'throw new Error("oh");'), /^module a: its code cannot be loaded: oh$/],
  [
    'code without code',
    moduleFiles('a', {}, 'export const other = 1;'),
    /^module a: its code cannot be loaded: it exports no `code`$/,
  ],
  [
    'an upgrade step beyond its version',
    moduleFiles('a', {}, 'export const code = { upgrades: [{ to: "1.1.0", run() {} }] };'),
    /^module a: there is an upgrade step to 1\.1\.0, but its version is 1\.0\.0\.$/,
  ],
  [
    'upgrade steps out of order',
    moduleFiles('a', { version: '1.2.0' }, 'export const code = { upgrades: [{ to: "1.2.0" }, { to: "1.1.0" }] };'),
    /^module a: the upgrade step to 1\.1\.0 stands behind that to 1\.2\.0\.$/,
  ],
  [
    'a projection of another name',
    moduleFiles('a', {}, 'export const code = { projections: [{ name: "b.stock" }] };'),
    /^module a: projection b\.stock must be called a\.NAME/,
  ],
  [
    'a folder that is not there',
    moduleFiles('a', { contributes: { search: './search' } }),
    /^module a: the manifest names search in \.\/search, which is not there\.$/,
  ],
  [
    'a folder outside',
    moduleFiles('a', { contributes: { search: '../b' } }),
    /^module a: search must be a folder of the module/,
  ],
  [
    'what is not JSON',
    { ...moduleFiles('a', { contributes: { profiles: './profiles' } }), 'a/profiles/p.json': '{"a":1,}' },
    /^module a: profiles\/p\.json is not JSON: .*line 1, column/,
  ],
  [
    'a resource in the wrong folder',
    { ...moduleFiles('a', { contributes: { search: './profiles' } }), 'a/profiles/p.json': profile({}) },
    /^module a: profiles\/p\.json must be a SearchParameter\.$/,
  ],
  [
    'the same profile twice',
    {
      ...moduleFiles('a', { contributes: { profiles: './profiles' } }),
      'a/profiles/p.json': profile({}),
      'a/profiles/q.json': profile({ id: 'q' }),
    },
    /^module a contributes StructureDefinition urn:p\| twice\.$/,
  ],
  [
    'a seed that cannot be repeated',
    {
      ...moduleFiles('a', { contributes: { seed: './seed' } }),
      'a/seed/s.json':
        '{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Patient"}}]}',
    },
    /^module a: seed\/s\.json must have PUT, or POST with ifNoneExist, in every entry\.$/,
  ],
])('%s stops the start', async (_what, files, message) => {
  const problems = await problemsOf(files);
  expect(problems).toEqual([expect.stringMatching(message)]);
});

test('all problems are told at once', async () => {
  const files = {
    ...moduleFiles('a', {}, 'throw new Error("oh");'),
    ...moduleFiles('b', {}, bots),
    ...moduleFiles('c', {}, bots),
  };
  expect(await problemsOf(files)).toHaveLength(2);
});

test('a module that is left out may be broken: its code is not loaded', async () => {
  const files = { ...moduleFiles('a', {}, 'throw new Error("oh");'), ...moduleFiles('b') };
  expect(await problemsOf(files, '-a')).toEqual([]);
});

test('a setting that is not taken is named by its variable', async () => {
  const sample = join(import.meta.dirname, 'sample');
  const load = (value: string): Promise<unknown> =>
    loadModules(readSelection('all'), { ROOMS_MOST_ROOMS: value }, { folder: sample });
  await expect(load('many')).rejects.toThrow(
    'ROOMS_MOST_ROOMS of module rooms: not acceptable; a whole number, 1 to 9999.',
  );
  await expect(load('20')).resolves.toMatchObject({ modules: expect.anything() });
});

test('the modules of this repository fit together', async () => {
  await expect(loadModules(readSelection('all'), {})).resolves.toMatchObject({ modules: expect.any(Array) });
});
