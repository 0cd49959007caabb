#!/usr/bin/env node
// Entry of every npm script. Works from a fresh clone: plain Node, installs the dependencies when they are missing.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export function installWhenMissing() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  // npm writes this file last: one older than package.json means an interrupted or outdated installation.
  const isCurrent =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package.json')).mtimeMs;
  if (isCurrent) return;
  process.stderr.write('athanor: installing dependencies (npm install)\n');
  // A shell finds npm.cmd on Windows; the words are constant. Standard output belongs to the command that follows.
  const npm = spawnSync('npm install --no-audit --no-fund', { cwd: root, stdio: ['inherit', 2, 2], shell: true });
  if (npm.status !== 0) {
    process.stderr.write('athanor: npm install failed; the lines above tell why.\n');
    process.exit(npm.status ?? 1);
  }
}

/** Starts the server in this process, so that signals reach it. */
export async function start() {
  installWhenMissing();
  const { buildWhenStale } = await import('./build.mjs');
  await buildWhenStale();
  process.setSourceMapsEnabled(true);
  await import(new URL('../../dist/main.js', import.meta.url));
}

function run(file, parameters) {
  const child = spawnSync(process.execPath, [join(root, file), ...parameters], { cwd: root, stdio: 'inherit' });
  process.exitCode = child.status ?? 1;
}

const script = (file) => (args) => run('node_modules/tsx/dist/cli.mjs', [file, ...args]);

const commands = {
  start,
  async gateway() {
    const { buildWhenStale } = await import('./build.mjs');
    await buildWhenStale();
    process.setSourceMapsEnabled(true);
    await import(new URL('../../dist/hl7-gateway.js', import.meta.url));
  },
  async dev(args) {
    const { buildSites } = await import('./build-sites.mjs');
    buildSites();
    run('node_modules/tsx/dist/cli.mjs', ['watch', '--clear-screen=false', 'server/main.ts', ...args]);
  },
  async build() {
    const { build } = await import('./build.mjs');
    await build();
  },
  test: (args) => run('node_modules/jest/bin/jest.js', args),
  async check() {
    const { check } = await import('./check.mjs');
    process.exitCode = await check(root);
  },
  bench: script('test/bench/main.ts'),
  'bench:access': script('test/bench/access/main.ts'),
  'bench:validation': script('test/bench/validation/main.ts'),
  'bench:bulk': script('test/bench/bulk/main.ts'),
  'bench:hl7': script('test/bench/hl7/main.ts'),
  'bench:subscriptions': script('test/bench/subscriptions/main.ts'),
  'bench:terminology': script('test/bench/terminology/main.ts'),
  reliability: script('test/reliability/main.ts'),
  'reliability:subscriptions': script('test/subscriptions/main.ts'),
  'reliability:hl7': script('test/hl7/inbox/kill/main.ts'),
  fuzz: script('test/fuzz/main.ts'),
  conformance: script('test/conformance/main.ts'),
  docs: script('test/architecture/write-documents.ts'),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command = '', ...args] = process.argv.slice(2);
  if (!Object.hasOwn(commands, command)) {
    process.stderr.write(`usage: node server/boot/setup.mjs ${Object.keys(commands).join('|')}\n`);
    process.exit(2);
  }
  installWhenMissing();
  await commands[command](args);
}
