import { randomUUID } from 'node:crypto';
import type { Client, Resource } from './client.ts';

export interface WritersOptions {
  readonly writers: number;
  readonly resources: number;
  readonly seconds: number;
}

export interface WritersResult {
  readonly writes: number;
  readonly problems: readonly string[];
}

interface Acknowledged {
  readonly version: string;
  readonly token: string;
}

/** What a resource must look like in the end. */
interface Ledger {
  readonly id: string;
  /** Whether its writers read, add one, and write with If-Match; otherwise they just PUT. */
  readonly isCounter: boolean;
  increments: number;
  readonly acknowledged: Acknowledged[];
}

const SYSTEM = 'urn:writers';

/** Many writers on few resources: no increment may be lost, and versions must count 1, 2, 3, … as acknowledged. */
export async function raceWriters(client: Client, options: WritersOptions): Promise<WritersResult> {
  const problems: string[] = [];
  const ledgers: Ledger[] = [];
  for (let index = 0; index < options.resources; index += 1) {
    const id = `writers-${randomUUID()}`;
    const ledger: Ledger = { id, isCounter: index % 2 === 0, increments: 0, acknowledged: [] };
    ledgers.push(ledger);
    await write(client, ledger, 0, {}, problems);
  }
  const end = performance.now() + options.seconds * 1000;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      const ledger = ledgers[Math.floor(Math.random() * ledgers.length)];
      if (ledger?.isCounter === true) await increment(client, ledger, problems);
      else if (ledger !== undefined) await write(client, ledger, 0, {}, problems);
    }
  };
  await Promise.all(Array.from({ length: options.writers }, lane));
  for (const ledger of ledgers) problems.push(...(await checkLedger(client, ledger)));
  return { writes: ledgers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0), problems };
}

async function increment(client: Client, ledger: Ledger, problems: string[]): Promise<void> {
  const { body } = await client('GET', `Patient/${ledger.id}`);
  const headers = { 'if-match': `W/"${body.meta?.versionId ?? ''}"` };
  if (await write(client, ledger, (body.multipleBirthInteger ?? 0) + 1, headers, problems)) ledger.increments += 1;
}

/** Answers whether it was written; another writer being faster is no problem when there was an If-Match. */
async function write(
  client: Client,
  ledger: Ledger,
  count: number,
  headers: Readonly<Record<string, string>>,
  problems: string[],
): Promise<boolean> {
  const token = randomUUID();
  const resource = {
    resourceType: 'Patient',
    id: ledger.id,
    identifier: [{ system: SYSTEM, value: token }],
    multipleBirthInteger: count,
  };
  const { status, body, text } = await client('PUT', `Patient/${ledger.id}`, resource, headers);
  if (status === 412 && headers['if-match'] !== undefined) return false;
  if (status !== 200 && status !== 201) {
    problems.push(`PUT answered ${status}: ${text.slice(0, 300)}`);
    return false;
  }
  ledger.acknowledged.push({ version: body.meta?.versionId ?? '', token });
  return true;
}

async function checkLedger(client: Client, ledger: Ledger): Promise<string[]> {
  const problems: string[] = [];
  const { body: current } = await client('GET', `Patient/${ledger.id}`);
  if (ledger.isCounter && current.multipleBirthInteger !== ledger.increments) {
    problems.push(
      `${ledger.id}: ${ledger.increments} acknowledged increments, counter ${current.multipleBirthInteger ?? '?'}`,
    );
  }
  const versions = await readHistory(client, ledger.id);
  const numbers = versions.map(({ meta }) => Number(meta?.versionId));
  const expected = Array.from({ length: ledger.acknowledged.length }, (_, index) => ledger.acknowledged.length - index);
  if (numbers.join() !== expected.join()) {
    problems.push(
      `${ledger.id}: ${ledger.acknowledged.length} acknowledged versions, history has ${numbers.length}: ${numbers.slice(0, 20).join()}…`,
    );
  }
  const times = versions.map(({ meta }) => meta?.lastUpdated ?? '');
  if (times.some((time, index) => index > 0 && time >= (times[index - 1] ?? ''))) {
    problems.push(`${ledger.id}: lastUpdated does not rise with the version`);
  }
  const tokens = new Map(versions.map((version) => [version.meta?.versionId, version.identifier?.[0]?.value]));
  for (const { version, token } of ledger.acknowledged) {
    if (tokens.get(version) !== token) problems.push(`${ledger.id}: version ${version} is not what its writer wrote`);
  }
  return problems;
}

async function readHistory(client: Client, id: string): Promise<Resource[]> {
  const versions: Resource[] = [];
  for (let url: string | undefined = `Patient/${id}/_history?_count=500`; url !== undefined;) {
    const { body }: { body: Resource } = await client('GET', url);
    versions.push(...(body.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource])));
    url = body.link?.find(({ relation }) => relation === 'next')?.url;
  }
  return versions;
}
