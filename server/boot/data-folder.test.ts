import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataFolder } from './data-folder.ts';
import { ConfigError } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'athanor-claim-'));
const file = join(folder, 'server.pid');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a folder is claimed and given back', () => {
  const release = claimDataFolder(folder);
  expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^${process.pid}\\b`));
  release();
  expect(() => readFileSync(file)).toThrow();
});

test('a claim of a process that is gone, or of another one with its number, counts for nothing', () => {
  for (const claim of ['4194305 1', `${process.ppid} 1`, 'nonsense']) {
    writeFileSync(file, claim);
    claimDataFolder(folder)();
  }
});

test('a running server keeps its folder', async () => {
  const program = `require('fs').writeFileSync(${JSON.stringify(file)}, process.pid + ' ' + require('fs').readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[19]); console.log('claimed'); setInterval(() => 0, 1000)`;
  const other = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await new Promise((done) => other.stdout.once('data', done));
    expect(() => claimDataFolder(folder)).toThrow(ConfigError);
  } finally {
    other.kill('SIGKILL');
    await new Promise((done) => other.once('exit', done));
  }
  claimDataFolder(folder)();
});
