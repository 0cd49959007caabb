import { readRows } from '../../read-rows.ts';
import type { ReleaseBuilder } from '../../release-builder.ts';
import type { ReadContext } from '../../release-format.ts';
import type { LoincFiles } from './loinc.ts';

/**
 * Answer lists (LL…) and answers (LA…). The properties `LIST` and `answers-for` of an answer name its lists and the
 * questions that have one of them. https://hl7.org/fhir/R4/loinc.html#filters
 */
export async function readAnswers(
  { answers, answerLinks }: LoincFiles,
  builder: ReleaseBuilder,
  context: ReadContext,
): Promise<void> {
  const list = builder.kind('LIST', 'code');
  const answersFor = builder.kind('answers-for', 'code');
  const answerList = builder.kind('answer-list', 'code');
  const answersOf = new Map<number, number[]>();
  const columns = ['AnswerListId', 'AnswerListName', 'AnswerStringId', 'DisplayText'];
  for (const file of answers) {
    await readRows(context, file, { delimiter: ',', isQuoted: true, columns }, (cells, line) => {
      const [listCode = '', name = '', code = '', display = ''] = cells;
      const listId =
        builder.idOf(listCode) ?? builder.concept({ code: listCode, display: name, isAbstract: true }, file.name, line);
      // A list that another code system defines has no answers here.
      if (listId === undefined || code === '') return;
      const id = builder.idOf(code) ?? builder.concept({ code, display }, file.name, line);
      if (id === undefined) return;
      builder.property(id, list, { target: listId });
      const known = answersOf.get(listId);
      if (known === undefined) answersOf.set(listId, [id]);
      else known.push(id);
    });
  }
  for (const file of answerLinks) {
    await readRows(
      context,
      file,
      { delimiter: ',', isQuoted: true, columns: ['LoincNumber', 'AnswerListId'] },
      (cells, line) => {
        const [code = '', listCode = ''] = cells;
        const question = builder.idOf(code);
        const listId = builder.idOf(listCode);
        if (question === undefined || listId === undefined) {
          context.problems.warning(file.name, line, `the code ${code} or its list ${listCode} is not in the release`);
          return;
        }
        builder.property(question, answerList, { target: listId });
        for (const answer of answersOf.get(listId) ?? []) builder.property(answer, answersFor, { target: question });
      },
    );
  }
}
