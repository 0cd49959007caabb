import { randomUUID } from 'node:crypto';
import type { Client, Resource } from './client.ts';

export interface PagesOptions {
  /** Rows that exist throughout. */
  readonly rows: number;
  readonly writers: number;
  readonly seconds: number;
}

export interface PagesResult {
  readonly walks: number;
  readonly problems: readonly string[];
}

const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2020, 0, 1);
const SORTS = ['-date', 'date', '-_lastUpdated', undefined] as const;

/** Walks all pages of a search while others insert, change and delete rows around: no duplicate, and no row missed that was there throughout. */
export async function walkPagesDuringWrites(client: Client, options: PagesOptions): Promise<PagesResult> {
  const code = randomUUID();
  const lasting: string[] = [];
  for (let row = 0; row < options.rows; row += 1) {
    const { body } = await client('POST', 'Observation', observation(code, row));
    lasting.push(body.id ?? '');
  }
  const problems: string[] = [];
  const end = performance.now() + options.seconds * 1000;
  const isOver = (): boolean => performance.now() > end;
  let walks = 0;
  const walk = async (): Promise<void> => {
    while (!isOver()) {
      const sort = SORTS[walks % SORTS.length];
      walks += 1;
      problems.push(...checkWalk(await collect(client, code, sort), lasting, sort));
    }
  };
  await Promise.all([
    walk(),
    ...Array.from({ length: options.writers }, () => disturb(client, code, options.rows, isOver)),
  ]);
  return { walks, problems };
}

function observation(code: string, day: number): object {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'urn:pages', code }] },
    effectiveDateTime: new Date(FIRST_DAY + day * DAY).toISOString().slice(0, 10),
  };
}

/** Inserts among the lasting rows, changes what it inserted, and deletes it again. */
async function disturb(client: Client, code: string, days: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const day = Math.floor(Math.random() * days);
    const { body } = await client('POST', 'Observation', observation(code, day));
    const path = `Observation/${body.id ?? ''}`;
    await client('PUT', path, { ...observation(code, (day + days / 2) % days), id: body.id });
    if (Math.random() < 0.8) await client('DELETE', path);
  }
}

async function collect(client: Client, code: string, sort: string | undefined): Promise<string[]> {
  const ids: string[] = [];
  const order = sort === undefined ? '' : `&_sort=${sort}`;
  for (let url: string | undefined = `Observation?code=urn:pages|${code}${order}&_count=20`; url !== undefined;) {
    const { body, status }: { body: Resource; status: number } = await client('GET', url);
    if (status !== 200) throw new Error(`A page answered ${status}`);
    ids.push(...(body.entry ?? []).map(({ resource }) => resource?.id ?? ''));
    url = body.link?.find(({ relation }) => relation === 'next')?.url;
  }
  return ids;
}

/** Rows that move during the walk may come twice or not at all when they are changed; lasting rows may not. */
function checkWalk(found: readonly string[], lasting: readonly string[], sort: string | undefined): string[] {
  const counts = new Map<string, number>();
  for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1);
  const missed = lasting.filter((id) => !counts.has(id)).length;
  const doubled = lasting.filter((id) => (counts.get(id) ?? 0) > 1).length;
  if (missed === 0 && doubled === 0) return [];
  return [`sorted by ${sort ?? 'default'}: ${missed} rows missed, ${doubled} rows twice`];
}
