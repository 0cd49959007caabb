import { openModuleServer, type ModuleServer } from '../harness/module-server.ts';
import { registryOf } from './registry-of.ts';
import { textOf } from './rooms.ts';

let server: ModuleServer;

beforeAll(async () => {
  const registry = registryOf({ name: 'base' }, { name: 'on-base', depends: ['base'] });
  server = await openModuleServer(registry);
});

afterAll(() => server.close());

async function turn(on: 'enable' | 'disable', module: string): Promise<string> {
  const parameter = [{ name: 'name', valueCode: module }];
  const answer = await server.send('POST', `$module-${on}`, { resourceType: 'Parameters', parameter });
  return answer.status === 200 ? 'done' : textOf(answer);
}

test('what others depend on goes last and comes first', async () => {
  expect(await turn('disable', 'base')).toBe('Module on-base depends on base; disable that first.');
  expect(await turn('disable', 'on-base')).toBe('done');
  expect(await turn('disable', 'base')).toBe('done');
  expect(await turn('enable', 'on-base')).toBe('Module on-base depends on base; enable that first.');
  expect(await turn('enable', 'base')).toBe('done');
  expect(server.modules.isEnabled(1, 'on-base')).toBe(false);
  expect(await turn('enable', 'on-base')).toBe('done');
  expect(server.modules.isEnabled(1, 'on-base')).toBe(true);
});
