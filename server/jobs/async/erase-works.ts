import { mentionOf } from '../../fhir/operations/erase/mention-of.ts';
import type { Eraser } from '../../fhir/operations/erase.ts';
import { dropWorks, keptWorks, readAnswer, type Work } from './async-table.ts';

/** Each may be as long as a body of a request. */
const PAGE = 10;

/** Requests that wait to be carried out, and their answers, as far as they name the patient or what is erased. */
export const eraseWorks: Eraser = async (tx, { tenant, id, names, words }) => {
  const isAbout = mentionOf([`Patient/${id}`, ...names], words);
  const isGone = async (work: Work): Promise<boolean> =>
    isAbout(decoded(work.asked.url)) || isAbout(work.payload ?? '') || isAbout((await readAnswer(tx, work)) ?? '');
  let after = FIRST;
  let count = 0;
  for (;;) {
    const page = await keptWorks(tx, tenant, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return { 'asynchronous works': count };
    after = last.id;
    const gone: string[] = [];
    for (const work of page) if (await isGone(work)) gone.push(work.id);
    await dropWorks(tx, tenant, gone);
    count += gone.length;
  }
};

const FIRST = '00000000-0000-0000-0000-000000000000';

/** A URL as it is read. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url.replaceAll('+', ' '));
  } catch {
    return url;
  }
}
