import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENTED = 'http://127.0.0.1:8080';
const END = '--end of the answer--';

interface Step {
  readonly command: string;
  readonly answer: string;
}

export interface TourOptions {
  /** The document, below the root of the repository; the README by default. */
  readonly document?: string;
  /** What else in the document stands for something of this run: `127.0.0.1:2575`. */
  readonly replaced?: Readonly<Record<string, string>>;
  /** Of the shell, besides that of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The shell's folder. */
  readonly cwd?: string;
}

/** The commands of a section of a document, each with the answer that it shows. */
function stepsOf(document: string, section: string): readonly Step[] {
  const text =
    readFileSync(join(ROOT, document), 'utf8')
      .split(/^## /m)
      .find((part) => part.startsWith(`${section}\n`)) ?? '';
  return [...text.matchAll(/```console\n([^]*?)```/g)].flatMap(([, block = '']) =>
    block
      .split(/^\$ /m)
      .filter((part) => part !== '')
      .map((part) => {
        const [command = '', ...answer] = part.trimEnd().split('\n');
        return { command, answer: answer.join('\n') };
      }),
  );
}

/** Without what differs from run to run: ids made by the server, and times. */
function stable(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .trim();
}

export function hasCurl(): boolean {
  try {
    execFileSync('curl', ['--version']);
    return true;
  } catch {
    return false;
  }
}

/**
 * Types the commands of a section into one shell, as a reader would.
 * @param base of the server that stands for the documented one
 * @returns of each command what it should have answered, and what it did
 */
export async function takeTour(
  section: string,
  base: string,
  { document = 'README.md', replaced = {}, env = {}, cwd }: TourOptions = {},
): Promise<readonly { readonly command: string; readonly expected: string; readonly actual: string }[]> {
  const { origin } = new URL(base);
  const places = Object.entries({ [DOCUMENTED]: origin, ...replaced });
  const steps = stepsOf(document, section);
  const options = { env: { ...process.env, ...env }, ...(cwd === undefined ? {} : { cwd }) };
  const shell = spawn('sh', { ...options, stdio: ['pipe', 'pipe', 'ignore'] });
  for (const { command } of steps) {
    const here = places.reduce((text, [documented, actual]) => text.replaceAll(documented, actual), command);
    shell.stdin.write(`${here}\nprintf '\\n%s\\n' '${END}'\n`);
  }
  shell.stdin.end();
  let output = '';
  for await (const chunk of shell.stdout) output += String(chunk);
  const told = places.reduce((text, [documented, actual]) => text.replaceAll(actual, documented), output);
  const answers = told.split(`${END}\n`);
  return steps.map(({ command, answer }, index) => ({
    command,
    expected: stable(answer),
    actual: stable(answers[index] ?? ''),
  }));
}
