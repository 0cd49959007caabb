// `npm run check`: every static check, two at a time, each one's output in one piece.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const PARALLEL = 2;
// Longest first.
const CHECKS = [
  ['eslint', 'eslint/bin/eslint.js', ['--max-warnings=0', '.']],
  ['tsc', 'typescript/bin/tsc', ['--noEmit', '-p', '.']],
  ['tsc of the console', 'typescript/bin/tsc', ['--noEmit', '-p', 'modules/console/pages']],
  ['tsc of the viewer', 'typescript/bin/tsc', ['--noEmit', '-p', 'hl7-gateway/dicom/viewer/page']],
  ['prettier', 'prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']],
  [
    'dependency-cruiser',
    'dependency-cruiser/bin/dependency-cruise.mjs',
    ['server', 'modules', 'bots', 'hl7-gateway', 'terminology', 'profiles', 'test'],
  ],
  ['knip', 'knip/bin/knip.js', []],
];

/** Runs all checks; resolves to the exit code: 0 when every one passed. */
export async function check(root) {
  const waiting = [...CHECKS];
  let failed = 0;
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!(await run(root, ...next))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
  return failed === 0 ? 0 : 1;
}

function run(root, name, file, args) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(process.execPath, [join(root, 'node_modules', file), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      if (code !== 0) process.stdout.write(Buffer.concat(output));
      resolve(code === 0);
    });
  });
}
