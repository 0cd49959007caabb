import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from '../../../harness/describe-with.ts';

const PROGRAMS = ['echoscu', 'findscu', 'storescu', 'dcm2json'];
const PATIENCE = 60_000;

export function hasDcmtk(): boolean {
  return PROGRAMS.every((program) => pathOf(program) !== undefined);
}

/** A system that is called over DIMSE on loopback, and as whom. */
export interface DimsePeer {
  readonly port: number;
  readonly called: string;
  readonly calling: string;
}

export interface ProgramResult {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** Standard output and error. */
  readonly output: string;
}

/** A dataset in the DICOM JSON model. https://dicom.nema.org/medical/dicom/current/output/chtml/part18/chapter_F.html */
export type DicomJson = Readonly<
  Record<string, { readonly vr: string; readonly Value?: readonly unknown[] } | undefined>
>;

const address = ({ port, called, calling }: DimsePeer): readonly string[] => [
  ...['-aet', calling, '-aec', called, '-to', '30', '-ta', '30', '-td', '30'],
  ...['127.0.0.1', String(port)],
];

/** C-ECHO; exit code 0 when it was answered. */
export function echoscu(peer: DimsePeer): Promise<ProgramResult> {
  return run('echoscu', ['-v', ...address(peer)]);
}

/** Sends DICOM files by C-STORE over one association. */
export async function storescu(peer: DimsePeer, files: readonly Buffer[]): Promise<ProgramResult> {
  return withFolder(async (folder) => {
    const paths = files.map((file, place) => {
      const path = join(folder, `${String(place).padStart(4, '0')}.dcm`);
      writeFileSync(path, file);
      return path;
    });
    return run('storescu', ['-v', ...address(peer), ...paths]);
  });
}

/**
 * Asks a modality worklist.
 * @param keys as `findscu -k` takes them: `0008,0050`, `0010,0010=MÜLLER*`, `0040,0100[0].0008,0060=CT`
 */
export function findWorklist(
  peer: DimsePeer,
  keys: readonly string[],
): Promise<ProgramResult & { readonly found: readonly DicomJson[] }> {
  return withFolder(async (folder) => {
    const asked = keys.flatMap((key) => ['-k', key]);
    const result = await run('findscu', ['-v', '-W', '-X', '-od', folder, ...asked, ...address(peer)]);
    const found: DicomJson[] = [];
    for (const name of readdirSync(folder).sort()) {
      const { output } = await run('dcm2json', [join(folder, name)]);
      found.push(JSON.parse(output) as DicomJson);
    }
    return { ...result, found };
  });
}

/** The first value of an attribute, of the first item where a path leads into a sequence: `00400100.00080060`. */
export function valueAt(dataset: DicomJson | undefined, path: string): unknown {
  const [tag = '', ...rest] = path.split('.');
  const value = dataset?.[tag]?.Value?.[0];
  return rest.length === 0 ? value : valueAt(value as DicomJson | undefined, rest.join('.'));
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'athanor-dcmtk-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends by itself, or is ended after a minute. */
function run(program: string, parameters: readonly string[]): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
