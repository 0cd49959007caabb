import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathOf } from '../../../harness/describe-with.ts';
import { eventually } from '../../../harness/eventually.ts';
import { freePort } from '../../../harness/free-port.ts';

/** Debian's (package orthanc-dicomweb). */
const DICOMWEB_PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const PROGRAM = pathOf('Orthanc') ?? (existsSync('/usr/sbin/Orthanc') ? '/usr/sbin/Orthanc' : undefined);
const CALL_PATIENCE = 60_000;

export function hasOrthanc(): boolean {
  return PROGRAM !== undefined && existsSync(DICOMWEB_PLUGIN);
}

export interface OrthancOptions {
  /** Seconds without a new image after which a study counts as stable; 1 if not given. */
  readonly stableAge?: number;
  /** A Lua script, such as one with `OnStableStudy`. https://orthanc.uclouvain.be/book/users/lua.html */
  readonly lua?: string;
  /** Systems that Orthanc knows: by name, AE title and port on loopback. */
  readonly modalities?: Readonly<Record<string, { readonly aeTitle: string; readonly port: number }>>;
  /** More of its configuration, or other values. https://orthanc.uclouvain.be/book/users/configuration.html */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

export interface OrthancAnswer {
  readonly status: number;
  readonly bytes: Buffer;
  /** @throws SyntaxError when it is no JSON */
  json(): unknown;
}

/** An Orthanc of one's own on loopback, with DICOMweb and sign-in. */
export interface TestOrthanc {
  /** `http://127.0.0.1:PORT` */
  readonly base: string;
  /** `http://127.0.0.1:PORT/dicom-web` */
  readonly dicomWeb: string;
  readonly user: string;
  readonly password: string;
  readonly aeTitle: string;
  readonly dicomPort: number;
  /** A request as its user. @param body bytes as they are, anything else as JSON */
  send(method: string, path: string, body?: unknown, accept?: string): Promise<OrthancAnswer>;
  /** Stores DICOM files over REST, one after the other. @returns Orthanc's ids of the instances */
  upload(...files: readonly Buffer[]): Promise<readonly string[]>;
  /** Ends it as a crash would; its data stay. */
  kill(): Promise<void>;
  /** Starts it again on its ports and data. */
  start(): Promise<void>;
  /** Lets it accept connections and answer nothing, or go on. */
  freeze(isFrozen: boolean): void;
  /** Ends it and removes all that it kept. */
  close(): Promise<void>;
}

const USER = 'gateway';
const PASSWORD = 'gateway-of-a-test';
const AE_TITLE = 'ORTHANC';

/** Resolves when it answers. @throws Error with its log when it does not */
export async function startOrthanc(options: OrthancOptions = {}): Promise<TestOrthanc> {
  if (PROGRAM === undefined) throw new Error('there is no Orthanc on this machine');
  const program = PROGRAM;
  const folder = mkdtempSync(join(tmpdir(), 'athanor-orthanc-'));
  const [httpPort, dicomPort] = [await freePort(), await freePort()];
  writeConfiguration(folder, httpPort, dicomPort, options);
  const base = `http://127.0.0.1:${httpPort}`;
  let child: ChildProcess | undefined;

  const send: TestOrthanc['send'] = async (method, path, body, accept) => {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`,
        ...(accept === undefined ? {} : { accept }),
      },
      signal: AbortSignal.timeout(CALL_PATIENCE),
      ...(body === undefined ? {} : { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, bytes, json: (): unknown => JSON.parse(bytes.toString('utf8')) };
  };
  const start = async (): Promise<void> => {
    const log = openSync(join(folder, 'log'), 'a');
    const started = spawn(program, [join(folder, 'orthanc.json')], { cwd: folder, stdio: ['ignore', log, log] });
    closeSync(log);
    child = started;
    const isUp = await eventually(
      () =>
        send('GET', '/system').then(
          ({ status }) => status === 200,
          () => false,
        ),
      (answers) => answers || started.exitCode !== null,
    );
    if (isUp) return;
    await kill();
    throw new Error(`Orthanc did not start: ${readFileSync(join(folder, 'log'), 'utf8')}`);
  };
  const kill = async (): Promise<void> => {
    const ended = child;
    child = undefined;
    if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
    const exit = new Promise((resolve) => ended.once('exit', resolve));
    ended.kill('SIGKILL');
    await exit;
  };
  const close = async (): Promise<void> => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    base,
    dicomWeb: `${base}/dicom-web`,
    user: USER,
    password: PASSWORD,
    aeTitle: AE_TITLE,
    dicomPort,
    send,
    async upload(...files) {
      const ids: string[] = [];
      for (const file of files) {
        const answer = await send('POST', '/instances', file);
        if (answer.status !== 200) throw new Error(`Orthanc did not take the image: ${answer.status}`);
        ids.push((answer.json() as { readonly ID: string }).ID);
      }
      return ids;
    },
    kill,
    start,
    freeze: (isFrozen) => void child?.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT'),
    close,
  };
}

function writeConfiguration(folder: string, httpPort: number, dicomPort: number, options: OrthancOptions): void {
  const modalities = Object.entries(options.modalities ?? {}).map(([name, { aeTitle, port }]) => [
    name,
    { AET: aeTitle, Host: '127.0.0.1', Port: port },
  ]);
  const script = join(folder, 'hook.lua');
  if (options.lua !== undefined) writeFileSync(script, options.lua);
  const configuration = {
    Name: 'TEST',
    StorageDirectory: join(folder, 'db'),
    IndexDirectory: join(folder, 'db'),
    HttpPort: httpPort,
    DicomPort: dicomPort,
    DicomAet: AE_TITLE,
    DicomCheckCalledAet: false,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: true,
    RegisteredUsers: { [USER]: PASSWORD },
    // Names come back as they were written, not as ISO_IR 100.
    DefaultEncoding: 'Utf8',
    StableAge: options.stableAge ?? 1,
    DicomModalities: Object.fromEntries(modalities) as Record<string, unknown>,
    Plugins: [DICOMWEB_PLUGIN],
    DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: true },
    LuaScripts: options.lua === undefined ? [] : [script],
    ...options.configuration,
  };
  writeFileSync(join(folder, 'orthanc.json'), JSON.stringify(configuration));
}
