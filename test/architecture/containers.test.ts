import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readConfig, SETTINGS } from '../../server/boot/config.ts';
import { ROOT } from './source-files.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: unknown;
}

const { services } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8')) as {
  readonly services: Readonly<Record<string, Service>>;
};
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

test('docker compose runs server, proxy, PostgreSQL and Redis', () => {
  expect(Object.keys(services).sort()).toEqual(['postgres', 'proxy', 'redis', 'server']);
  for (const service of Object.values(services)) expect(service.build ?? service.image).toBeDefined();
});

test('the proxy alone is reached from outside, and its files exist', () => {
  const open = Object.entries(services).filter(([, service]) => (service.ports ?? []).length > 0);
  expect(open.map(([name]) => name)).toEqual(['proxy']);
  expect(services.proxy?.volumes).toContain('./server/http/nginx.conf:/etc/nginx/nginx.conf:ro');
  expect(existsSync(join(ROOT, 'server/http/nginx.conf'))).toBe(true);
});

test('the server waits for healthy databases and is configured by variables that it knows', () => {
  const environment = services.server?.environment ?? {};
  const known = new Set<string>(Object.values(SETTINGS).map(({ name }) => name));
  expect(environment.AUTH).toBe('on');
  expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
  const plain = Object.entries(environment).map(([name, value]) => [name, value.replace(/\$\{\w+:-([^}]*)\}/g, '$1')]);
  expect(() => readConfig(Object.fromEntries(plain) as Record<string, string>)).not.toThrow();
  for (const [name, { condition }] of Object.entries(services.server?.depends_on ?? {})) {
    expect(condition).toBe('service_healthy');
    expect(services[name]?.healthcheck).toBeDefined();
  }
});

test('the Dockerfile runs the program that the build makes, not as root', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );
  expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  expect(dockerfile).toMatch(/^RUN npm run build/m);
  expect(dockerfile).toMatch(/^CMD \["node", .*"dist\/main\.js"\]$/m);
  expect(dockerfile).toMatch(/^USER node$/m);
});
