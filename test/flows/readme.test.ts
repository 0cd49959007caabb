import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFhirServer, type FhirServer } from './fhir-server.ts';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const DOCUMENTED = 'http://127.0.0.1:8080';

interface Step {
  readonly command: string;
  readonly answer: string;
}

/** The commands of the tour, each with the answer that the README shows. */
function steps(): Step[] {
  return [...README.matchAll(/```console\n([^]*?)```/g)].flatMap(([, block = '']) =>
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

function hasCurl(): boolean {
  try {
    execFileSync('curl', ['--version']);
    return true;
  } catch {
    return false;
  }
}

function run(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const shell = spawn('sh', ['-c', command]);
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    shell.on('error', reject);
    shell.on('close', () => resolve(output));
  });
}

let server: FhirServer;
beforeAll(async () => {
  server = await openFhirServer();
});
afterAll(() => server.close());

(hasCurl() ? test : test.skip)(
  'the tour of the README answers as it says (skipped where there is no curl)',
  async () => {
    const origin = new URL(server.base).origin;
    const tour = steps();
    expect(tour.length).toBeGreaterThan(5);
    for (const { command, answer } of tour) {
      const actual = await run(command.replaceAll(DOCUMENTED, origin));
      expect(stable(actual.replaceAll(origin, DOCUMENTED))).toBe(stable(answer));
    }
  },
);
