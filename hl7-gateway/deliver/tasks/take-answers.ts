import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import { Unreachable } from '../../client/http-call.ts';
import { codeSourceUri, PARTNER_CODES } from '../../partner/code-source.ts';
import { listOf, searchAll } from '../read/read-bundle.ts';
import { ifMatchOf } from '../write/if-match.ts';
import { partsOf, taskCode, TASK_SYSTEM } from './task.ts';
import { withAnswer } from './with-answer.ts';

/** An answer that is in the partner's ConceptMap now. */
export interface CodeAnswer {
  readonly partner: string;
  readonly source: string;
  readonly code: string;
  readonly target: string;
}

/** Tasks of one look. */
const COUNT = 50;
const ANSWERED = `Task?code=${TASK_SYSTEM}|unmapped-code&status=completed&business-status:missing=true&_count=${COUNT}`;

/**
 * Answers of people, saved in their partners' ConceptMaps.
 * @returns a function for one look; what it told is told again until it is called again, so that whoever ends in between
 *   learns of it at the next start
 */
export function answerTaker(client: FhirClient): () => Promise<readonly CodeAnswer[]> {
  let told: readonly JsonObject[] = [];
  return async () => {
    await mark(client, told, 'taken');
    told = [];
    const [tasks = []] = await searchAll(client, [ANSWERED]);
    const answers: CodeAnswer[] = [];
    const taken: JsonObject[] = [];
    for (const task of tasks) {
      const answered = readAnswer(task);
      if (answered === undefined) {
        await mark(client, [task], 'no-answer');
        continue;
      }
      if (!(await save(client, answered))) continue;
      taken.push(task);
      const { partner, source, code, target } = answered;
      answers.push({ partner, source, code, target });
    }
    told = taken;
    return answers;
  };
}

interface Answered extends CodeAnswer {
  readonly display?: string;
  readonly answer: { readonly system?: string; readonly code: string; readonly display?: string };
}

function readAnswer({ input, output }: JsonObject): Answered | undefined {
  const said = (name: string): string | undefined => textOf(partsOf(input, name)[0]?.valueString);
  const [partner, source, code, display] = [said('partner'), said('source'), said('code'), said('display')];
  const target = textOf(partsOf(input, 'target')[0]?.valueUri);
  const [coding = {}] = listOf(output).flatMap(({ valueCoding }) => (isObject(valueCoding) ? [valueCoding] : []));
  const answer = { code: textOf(coding.code), system: textOf(coding.system), display: textOf(coding.display) };
  if (partner === undefined || source === undefined || code === undefined) return undefined;
  if (target === undefined || answer.code === undefined) return undefined;
  return {
    partner,
    source,
    code,
    target,
    ...(display === undefined ? {} : { display }),
    answer: {
      code: answer.code,
      ...(answer.system === undefined ? {} : { system: answer.system }),
      ...(answer.display === undefined ? {} : { display: answer.display }),
    },
  };
}

function textOf(value: JsonObject[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** @returns false when somebody else writes the ConceptMap at once: then it is for the next look */
async function save(client: FhirClient, answered: Answered): Promise<boolean> {
  const { partner, target } = answered;
  const id = `hl7-${createHash('sha256')
    .update(JSON.stringify([partner, target]))
    .digest('hex')
    .slice(0, 24)}`;
  const found = await client.send({ method: 'GET', path: `ConceptMap/${id}` });
  const isThere = found.status === 200;
  const map = withAnswer(isThere ? found.body : emptyMap(id, partner, target), {
    source: codeSourceUri(partner, answered.source),
    code: answered.code,
    answer: answered.answer,
    ...(answered.display === undefined ? {} : { display: answered.display }),
  });
  const condition = isThere ? ifMatchOf(found.body) : { ifNoneMatch: '*' };
  const written = await write(client, [
    { resource: map, request: { method: 'PUT', url: `ConceptMap/${id}`, ...condition } },
  ]);
  return written === 200;
}

function emptyMap(id: string, partner: string, target: string): JsonObject {
  return {
    resourceType: 'ConceptMap',
    id,
    url: `https://athanor.health/fhir/ConceptMap/${id}`,
    identifier: { system: PARTNER_CODES, value: partner },
    name: `Hl7Codes_${id.slice(4)}`,
    title: `Codes of the HL7 partner ${partner}`,
    status: 'active',
    targetUri: target,
  };
}

async function mark(client: FhirClient, tasks: readonly JsonObject[], code: 'taken' | 'no-answer'): Promise<void> {
  for (const task of tasks) {
    const url = `Task/${String(task.id)}`;
    const resource = { ...task, businessStatus: taskCode(code) };
    const status = await write(client, [{ resource, request: { method: 'PUT', url, ...ifMatchOf(task) } }]);
    // Somebody changed it: it is looked at again.
    if (status !== 200 && status !== 412) throw new Unreachable(`a Task was answered ${status}`, status);
  }
}

async function write(client: FhirClient, entry: JsonObject[]): Promise<number> {
  const body: JsonObject = { resourceType: 'Bundle', type: 'transaction', entry };
  return (await client.send({ method: 'POST', path: '', body })).status;
}
