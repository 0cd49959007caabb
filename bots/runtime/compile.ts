import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fault } from '../../server/kernel/fault.ts';

export interface CompileSource {
  readonly language: 'typescript' | 'javascript';
  readonly text: string;
}

const TIMEOUT = 10_000;
const MAX_OUTPUT = 8 * 1024 * 1024;

/**
 * A script that sets `bot` to the exports of a module. Types are taken away, not checked. It is done by a process of its
 * own without files: sources that are nested deep enough end the compiler.
 * @throws Fault `bot.notCompiled` 422 with where the source is wrong
 */
export async function compileBot({ language, text }: CompileSource): Promise<string> {
  const loader = language === 'typescript' ? 'ts' : 'js';
  const options = ['format=iife', 'global-name=bot', 'target=es2022', 'tsconfig-raw={}', 'log-limit=1', 'color=false'];
  const args = [`loader=${loader}`, `sourcefile=bot.${loader}`, ...options].map((option) => `--${option}`);
  return new Promise((resolve, reject) => {
    const limits = { timeout: TIMEOUT, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT, env: {} } as const;
    const compiler = execFile(compilerFile(), args, limits, (error, code, messages) => {
      if (error === null) resolve(code);
      else reject(notCompiled(messages));
    });
    // It may be gone before it has read everything.
    compiler.stdin?.on('error', () => undefined);
    compiler.stdin?.end(text);
  });
}

/** The program itself comes with a package for each system. */
function compilerFile(): string {
  const own = createRequire(createRequire(import.meta.url).resolve('esbuild'));
  const file = process.platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild';
  return own.resolve(`@esbuild/${process.platform}-${process.arch}/${file}`);
}

function notCompiled(messages: string): Error {
  const found = messages.trimStart();
  // A compiler that ended itself has much to say about itself.
  const said = /^\S* ?\[ERROR\]/.test(found) ? found.slice(0, 1000).trim() : 'it is too deep or takes too long';
  return fault(
    'bot.notCompiled',
    422,
    'structure',
    `The source of the bot cannot be compiled: ${said}`,
    'Library.content',
  );
}
