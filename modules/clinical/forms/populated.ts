import { setDecimal, type FhirPathValue, type ModuleContext, type ResourceOf } from '#sdk';
import { isDecimal } from './fill-template.ts';
import type { Prefilling } from './prefilling.ts';
import { INITIAL_EXPRESSION } from './sdc.ts';

type Questionnaire = ResourceOf<'Questionnaire'>;
type Response = ResourceOf<'QuestionnaireResponse'>;
type Item = NonNullable<Questionnaire['item']>[number];
type ResponseItem = NonNullable<Response['item']>[number];
type Answer = NonNullable<ResponseItem['answer']>[number];

/** Elements of an answer by types of items. https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.type */
const ELEMENTS: Readonly<Record<string, keyof Answer>> = {
  boolean: 'valueBoolean',
  decimal: 'valueDecimal',
  integer: 'valueInteger',
  date: 'valueDate',
  dateTime: 'valueDateTime',
  time: 'valueTime',
  string: 'valueString',
  text: 'valueString',
  url: 'valueUri',
  choice: 'valueCoding',
  attachment: 'valueAttachment',
  reference: 'valueReference',
  quantity: 'valueQuantity',
};

/** A response to a form, begun by the server with what is known. @throws Fault 422 for an expression that cannot be evaluated */
export function populated(context: ModuleContext, questionnaire: Questionnaire, facts: Prefilling): Response {
  const { url, version, item = [] } = questionnaire;
  const { patient, encounter } = facts;
  const author = context.actor.reference;
  const items = item.flatMap((each) => populatedItem(context, each, facts));
  return {
    resourceType: 'QuestionnaireResponse',
    ...(url === undefined ? {} : { questionnaire: version === undefined ? url : `${url}|${version}` }),
    status: 'in-progress',
    subject: { reference: `Patient/${patient.id}` },
    ...(encounter === undefined ? {} : { encounter: { reference: `Encounter/${encounter.id}` } }),
    authored: context.now().toISOString(),
    ...(author === undefined ? {} : { author: { reference: author } }),
    ...(items.length === 0 ? {} : { item: items }),
  };
}

/** Nothing for a question that nobody knows the answer to. */
function populatedItem(context: ModuleContext, item: Item, facts: Prefilling): readonly ResponseItem[] {
  const { linkId, text, type, repeats = false } = item;
  const answers = type === 'group' ? [] : answersTo(context, item, facts);
  const within = (item.item ?? []).flatMap((each) => populatedItem(context, each, facts));
  if (answers.length === 0 && within.length === 0) return [];
  const head = { linkId, ...(text === undefined ? {} : { text }) };
  if (type === 'group') return [{ ...head, item: [...within] }];
  const given = repeats ? answers : answers.slice(0, 1);
  // Questions within a question stand in its answer, of which there must be one.
  if (given.length === 0) return [];
  return [{ ...head, answer: given.map((each) => (within.length === 0 ? each : { ...each, item: [...within] })) }];
}

function answersTo(context: ModuleContext, item: Item, { patient, variables }: Prefilling): readonly Answer[] {
  const expression = item.extension?.find(({ url }) => url === INITIAL_EXPRESSION)?.valueExpression;
  const isFhirPath = expression?.language === 'text/fhirpath' && expression.expression !== undefined;
  const initial: readonly Answer[] = item.initial ?? [];
  if (!isFhirPath) return initial;
  const found = context.fhirPath(expression.expression ?? '', patient, variables);
  return found.length === 0 ? initial : found.flatMap((value) => answerOf(item.type, value));
}

function answerOf(type: Item['type'], found: FhirPathValue): readonly Answer[] {
  const isText = typeof found.value === 'string';
  const element = type === 'open-choice' ? (isText ? 'valueString' : 'valueCoding') : ELEMENTS[type];
  if (element === undefined) return [];
  if (isDecimal(found)) return [setDecimal<Answer>({}, element, String(found.value))];
  return [{ [element]: found.value }];
}
