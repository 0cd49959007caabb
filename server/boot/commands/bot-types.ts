import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packageRoot } from '../../kernel/package-root.ts';

/**
 * Checks a bot against what it finds in its virtual machine (bots/runtime/types/bot.d.ts).
 * @returns lines of the compiler, none when all is well; undefined where TypeScript is not installed
 */
export async function typeErrors(entry: string): Promise<readonly string[] | undefined> {
  const compiler = typescript();
  if (compiler === undefined) return undefined;
  const types = join(packageRoot(), 'bots/runtime/types');
  const folder = mkdtempSync(join(tmpdir(), 'athanor-bot-'));
  try {
    const config = {
      extends: join(types, 'tsconfig.json'),
      files: [join(types, 'bot.d.ts'), resolve(entry)],
      include: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const output = await new Promise<string>((done) => {
      execFile(process.execPath, [compiler, '--pretty', 'false', '-p', folder], (_error, stdout) => done(stdout));
    });
    return output.split('\n').filter((line) => line !== '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function typescript(): string | undefined {
  try {
    return createRequire(join(packageRoot(), 'package.json')).resolve('typescript/bin/tsc');
  } catch {
    return undefined;
  }
}
