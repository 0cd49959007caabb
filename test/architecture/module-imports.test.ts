import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModules } from '../../server/boot/load-modules.ts';
import { ALL_MODULES } from '../../server/registry/selection.ts';
import type { RegisteredModule } from '../../server/registry/registry.ts';
import { wrongDepends } from './module-imports.ts';
import { ROOT } from './source-files.ts';

const MADE = join(ROOT, 'test/modules', `made-${process.pid}`);

afterAll(() => rmSync(MADE, { recursive: true, force: true }));

test('modules depend on what they use, and on nothing else', async () => {
  const { modules } = await loadModules(ALL_MODULES, {});
  expect(modules.flatMap((module) => wrongDepends(module, modules))).toEqual([]);
});

test('what is imported without being in depends, and what is there without being used', async () => {
  const { modules } = await loadModules(ALL_MODULES, {}, { folder: join(ROOT, 'test/modules/sample') });
  const [, rooms] = modules;
  mkdirSync(MADE);
  writeFileSync(
    join(MADE, 'code.ts'),
    `import { A } from '#modules/administration';\nimport type { B } from "#modules/rooms";`,
  );
  const module = {
    ...rooms,
    folder: MADE,
    manifest: { ...rooms?.manifest, name: 'made', depends: ['rooms', 'cleaning'] },
  };
  expect(wrongDepends(module as RegisteredModule, modules)).toEqual([
    'made imports #modules/administration, which is not in its depends',
    'made depends on cleaning, of which it uses nothing',
  ]);
});
