import type { AnyResource, EvaluateFhirPath, ResourceOf, TypeName } from '#sdk';
import { faults } from '../faults.ts';
import { fillTemplate } from './fill-template.ts';
import { TEMPLATE_EXTRACT } from './sdc.ts';

type Questionnaire = ResourceOf<'Questionnaire'>;
type Response = ResourceOf<'QuestionnaireResponse'>;
type Extension = NonNullable<Questionnaire['extension']>[number];

/** A resource that a response says. */
export interface Extracted {
  /** The same for the same part of the same form, whenever it is extracted: `note.0`. */
  readonly key: string;
  readonly resource: AnyResource;
}

/** Where a template is used: for the whole response, or for each of an item. */
interface Use {
  readonly template: string;
  readonly linkId: string | undefined;
}

/**
 * The resources that a response says, by the templates of its Questionnaire: one for the whole, or one for each repetition
 * of an item. https://hl7.org/fhir/uv/sdc/extraction.html#template-based-extraction
 * @throws Fault 422 for templates that cannot be used
 */
export function extractedFrom(
  questionnaire: Questionnaire,
  response: Response,
  evaluate: EvaluateFhirPath,
): readonly Extracted[] {
  const uses = usesIn(questionnaire);
  if (uses.length === 0) throw faults.formHasNoTemplates();
  return uses.flatMap(({ template: id, linkId }) => {
    const template = questionnaire.contained?.find((each) => each.id === id);
    if (template === undefined) throw faults.templateUnknown(id);
    const scopes = linkId === undefined ? [response] : evaluate(itemsPath(linkId), response);
    return scopes.flatMap((scope, index) => {
      const { id: _, ...copy } = (fillTemplate(template, scope, evaluate) ?? {}) as { id?: string };
      return Object.keys(copy).length < 2 ? [] : [{ key: `${id}.${index}`, resource: copy as AnyResource }];
    });
  });
}

/** Types of what a response to it may say. */
export function templateTypes(questionnaire: Questionnaire): readonly TypeName[] {
  const used = new Set(usesIn(questionnaire).map(({ template }) => template));
  const templates = (questionnaire.contained ?? []).filter(({ id = '' }) => used.has(id));
  return [...new Set(templates.map(({ resourceType }) => resourceType as TypeName))];
}

function itemsPath(linkId: string): string {
  return `repeat(item | answer.item).where(linkId = '${linkId.replace(/[\\']/g, '\\$&')}')`;
}

function usesIn({ extension, item }: Questionnaire): readonly Use[] {
  return [...templatesIn(extension, undefined), ...(item ?? []).flatMap(usesInItem)];
}

type Item = NonNullable<Questionnaire['item']>[number];

function usesInItem({ extension, linkId, item = [] }: Item): readonly Use[] {
  return [...templatesIn(extension, linkId), ...item.flatMap(usesInItem)];
}

function templatesIn(extension: readonly Extension[] | undefined, linkId: string | undefined): readonly Use[] {
  return (extension ?? []).flatMap(({ url, extension: parts }) => {
    const reference = parts?.find((part) => part.url === 'template')?.valueReference?.reference;
    return url === TEMPLATE_EXTRACT && reference?.startsWith('#') === true
      ? [{ template: reference.slice(1), linkId }]
      : [];
  });
}
