import { patternOf } from '../../fhir/operations/erase/words-of.ts';
import type { Eraser } from '../../fhir/operations/erase.ts';
import { dropWorks, keptWorks, readAnswer, type Work } from './async-table.ts';

/** Each may be as long as a body of a request. */
const PAGE = 10;

/** Requests that wait to be carried out, and their answers, as far as they name the patient or what is erased. */
export const eraseWorks: Eraser = async (tx, { tenant, id, names, words }) => {
  const ids = new Set([id, ...names.map((name) => name.slice(name.indexOf('/') + 1))]);
  const pattern = patternOf(words);
  const isAbout = async (work: Work): Promise<boolean> => {
    const text = `${work.asked.url} ${work.payload ?? ''} ${(await readAnswer(tx, work)) ?? ''}`;
    for (const [one] of text.matchAll(/[A-Za-z0-9.-]{1,64}/g)) if (ids.has(one)) return true;
    return pattern !== undefined && text.search(pattern) !== -1;
  };
  let after = FIRST;
  let count = 0;
  for (;;) {
    const page = await keptWorks(tx, tenant, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return { 'asynchronous works': count };
    after = last.id;
    const gone: string[] = [];
    for (const work of page) if (await isAbout(work)) gone.push(work.id);
    await dropWorks(tx, tenant, gone);
    count += gone.length;
  }
};

const FIRST = '00000000-0000-0000-0000-000000000000';
