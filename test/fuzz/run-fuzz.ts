import { request as httpRequest } from 'node:http';
import pg from 'pg';
import { fhirFetch } from '../bench/fhir-fetch.ts';
import type { OwnServer } from '../bench/own-server.ts';
import { memoryOfTree } from '../bench/process-tree.ts';
import { generateDemoClinic } from '../../server/import/demo-clinic/generate.ts';
import { createRandom } from '../../server/import/demo-clinic/random.ts';
import type { FuzzRequest } from './fuzz-request.ts';
import { createFuzzer } from './fuzz-requests.ts';

export interface FuzzResult {
  /** Answers by status; 0 = the connection broke. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly problems: readonly string[];
  /** Largest server process, bytes: after a fifth of the requests, and at the end. */
  readonly memoryEarly: number;
  readonly memoryLate: number;
}

interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

const TIMEOUT = 30_000;

/** Everything that a write could leave behind, as one line. */
const TRACE = `
select concat_ws(',', (select count(*) from resource), (select coalesce(sum(version), 0) from resource), (select count(*) from history),
  (select count(*) from ix_token), (select count(*) from ix_ref), (select count(*) from ix_date), (select count(*) from ix_string),
  (select count(*) from ix_quantity), (select count(*) from search_parameter_job)) as trace`;

/** Sends `count` wrong requests, one after another, to a server that holds the demo clinic, comparing the database before and after each that was refused. */
export async function runFuzz(server: OwnServer, count: number, seed: number): Promise<FuzzResult> {
  await fhirFetch({ base: server.base, token: undefined }, 'POST', '', generateDemoClinic());
  const database = server.database();
  const observer = new pg.Client({ connectionString: database.connectionString('athanor') });
  await observer.connect();
  const trace = async (): Promise<string> => (await observer.query<{ trace: string }>(TRACE)).rows[0]?.trace ?? '';
  const memory = (): number => Math.max(...memoryOfTree(server.pid, [database.pid]));
  const next = createFuzzer(createRandom(seed));
  const statuses: Record<number, number> = {};
  const problems: string[] = [];
  let memoryEarly = 0;
  try {
    let before = await trace();
    for (let sent = 0; sent < count; sent += 1) {
      const request = next();
      const answer = await send(server, request);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const after = await trace();
      const problem = problemOf(request, answer, before !== after);
      if (problem !== undefined)
        problems.push(`${problem}\n    ${describe(request)}\n    ${answer.text.slice(0, 300)}`);
      before = after;
      if (sent === Math.floor(count / 5)) memoryEarly = memory();
    }
  } finally {
    await observer.end();
  }
  return { statuses, problems, memoryEarly, memoryLate: memory() };
}

function problemOf(
  { method }: FuzzRequest,
  { status, contentType, text }: RawAnswer,
  isChanged: boolean,
): string | undefined {
  if (status === 0) return 'no answer';
  if (status >= 500) return `answered ${status}`;
  if (status < 400) return undefined;
  if (isChanged) return `answered ${status}, but changed the database`;
  if (method === 'HEAD') return undefined;
  if (!contentType.startsWith('application/fhir+')) return `answered ${status} as ${contentType}`;
  if (!text.includes('OperationOutcome')) return `answered ${status} without an OperationOutcome`;
  return undefined;
}

function describe({ method, target, headers, body }: FuzzRequest): string {
  return `${method} ${target.slice(0, 300)} ${JSON.stringify(headers)} ${body?.toString().slice(0, 500) ?? ''}`;
}

function send(server: OwnServer, { method, target, headers, body }: FuzzRequest): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const broken = (error: Error): void => resolve({ status: 0, contentType: '', text: error.message });
    const options = { host: '127.0.0.1', port: server.port, method, path: target, headers, timeout: TIMEOUT };
    try {
      const request = httpRequest(options, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', broken);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            text: Buffer.concat(parts).toString(),
          }),
        );
      });
      request.on('error', broken);
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.end(body);
    } catch (error) {
      broken(error as Error);
    }
  });
}
