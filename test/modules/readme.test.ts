import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeSkeleton } from '../../server/boot/commands/module-skeleton.ts';
import { runTestsIn } from './nested-jest.ts';

const MADE = join(import.meta.dirname, `made-${process.pid}`);
const README = readFileSync(join(import.meta.dirname, '../../modules/README.md'), 'utf8');

beforeAll(() => mkdirSync(MADE));
afterAll(() => rmSync(MADE, { recursive: true, force: true }));

/** The steps of "Write a module in ten minutes": commands, and files with their paths. */
function steps(): { readonly path: string | undefined; readonly language: string; readonly text: string }[] {
  const [, part = ''] = README.split('## Write a module in ten minutes');
  const [recipe = ''] = part.split('\n## ');
  return [...recipe.matchAll(/(?:^`([\w./-]+)`\n\n)?^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, path, language, text]) => ({
    path,
    language: language ?? '',
    text: text ?? '',
  }));
}

test('a module is written in ten minutes as modules/README.md says', () => {
  const done = steps().map(({ path, language, text }) => {
    if (language !== 'sh') {
      if (path === undefined) throw new Error(`a block without its path: ${text}`);
      const file = join(MADE, 'waiting', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return 'file';
    }
    const [, made] = /^npx athanor module new (\S+)\n$/.exec(text) ?? [];
    if (made !== undefined) return writeSkeleton(MADE, made).length > 0 ? 'new' : '';
    if (text.startsWith('rm modules/')) {
      for (const path of text.trim().split(' ').slice(1)) rmSync(join(MADE, path.replace('modules/', '')));
      return 'removed';
    }
    const [, tested] = /^npm test -- modules\/(\S+)\n$/.exec(text) ?? [];
    if (tested === undefined) throw new Error(`a command that is not known: ${text}`);
    const { status, output } = runTestsIn(join(MADE, tested));
    expect(output).toContain('✓ the desk counts who waits');
    expect(output).toContain('✓ whoever waits has a reason');
    return status === 0 ? 'tested' : output;
  });
  expect(done).toEqual(['new', 'removed', 'file', 'file', 'file', 'file', 'file', 'file', 'file', 'tested']);
}, 120_000);
