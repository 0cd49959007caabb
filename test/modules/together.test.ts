import { testSigner } from '../harness/test-signer.ts';
import { join } from 'node:path';
import { openTestEngine } from '../harness/test-engine.ts';
import { openModuleServer } from '../harness/module-server.ts';
import { loadModules } from '../../server/boot/load-modules.ts';
import { startModules } from '../../server/boot/start-modules.ts';
import { createLog } from '../../server/kernel/log.ts';
import { ALL_MODULES } from '../../server/registry/selection.ts';

const SAMPLE = join(import.meta.dirname, 'sample');
const SHIPPED = join(import.meta.dirname, '../../modules');

test('a process that was opened before another one stored the definitions knows them when its modules start', async () => {
  const early = await openTestEngine();
  const first = await openModuleServer(SAMPLE, {}, early.connectionString);
  const registry = await loadModules(ALL_MODULES, {}, { folder: SAMPLE });
  expect(early.engine.registry.param('Location', 'room-number')).toBeUndefined();
  const modules = await startModules({
    opened: early,
    registry,
    log: createLog('silent', 'test'),
    signer: testSigner,
    isServing: false,
    now: () => Date.now(),
    onError(error) {
      throw error;
    },
  });
  expect(early.engine.registry.param('Location', 'room-number')).toBeDefined();
  expect(
    early.engine.canonicals.find('StructureDefinition', 'https://example.org/StructureDefinition/room'),
  ).toBeDefined();
  await modules.close();
  await first.close();
  await early.close();
});

test('processes that start at once on an empty database all come up, each projection built by one of them', async () => {
  const { connectionString, close } = await openTestEngine();
  const starts = Array.from({ length: 4 }, () => openModuleServer(SHIPPED, {}, connectionString));
  const settled = await Promise.allSettled(starts);
  const servers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  for (const server of servers) await server.close();
  await close();
  expect(failures).toEqual([]);
}, 120_000);
