import { hasWord } from '../fhir/operations/erase/words-of.ts';
import type { Eraser } from '../fhir/operations/erase.ts';

const PAGE = 200;
const FIRST = '00000000-0000-0000-0000-000000000000';

/** What bots have logged, where it names the patient; that they ran stays. */
export const eraseRuns: Eraser = async (tx, { tenant, id, names, words }) => {
  const ids = new Set([id, ...names.map((name) => name.slice(name.indexOf('/') + 1))]);
  const isAbout = (text: string): boolean => {
    for (const [one] of text.matchAll(/[A-Za-z0-9.-]{1,64}/g)) if (ids.has(one)) return true;
    return hasWord(text, words.allPattern);
  };
  let count = 0;
  for (let after = FIRST; ;) {
    const rows = await tx.query<{ id: string; log: string }>({
      text: 'select id, log from bot_run where tenant = $1 and id > $2 and log is not null order by id limit $3',
      values: [tenant, after, PAGE],
    });
    const last = rows.at(-1);
    if (last === undefined) return { 'logs of bots': count };
    after = last.id;
    const gone = rows.filter(({ log }) => isAbout(log)).map((row) => row.id);
    if (gone.length > 0) {
      const text = 'update bot_run set log = null where tenant = $1 and id = any($2::uuid[])';
      await tx.query({ text, values: [tenant, gone] });
    }
    count += gone.length;
  }
};
