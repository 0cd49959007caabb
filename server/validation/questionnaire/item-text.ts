import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import { extensionsOf } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';

const TRANSLATION = 'http://hl7.org/fhir/StructureDefinition/translation';

/** `text` repeats what the questionnaire says, in its language or in one it was translated to. */
export function checkItemText({ text }: JsonObject, { definition, linkId }: QuestionnaireItem, walk: Walk): void {
  if (text === definition.text || typeof text !== 'string' || typeof definition.text !== 'string') return;
  if (plain(text) === plain(definition.text) || translations(definition).some((other) => plain(other) === plain(text)))
    return;
  const expected = `Expected is "${shown(definition.text)}", or no text`;
  addIssueAt(walk, ['text'], 'value', `The text of item "${linkId}" is not that of the questionnaire. ${expected}.`);
}

function plain(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function translations({ _text }: JsonObject): readonly string[] {
  if (!isObject(_text)) return [];
  return extensionsOf(_text, TRANSLATION).flatMap(({ extension }) =>
    (Array.isArray(extension) ? extension : []).flatMap((part) => {
      if (!isObject(part) || part.url !== 'content') return [];
      const content = part.valueString ?? part.valueMarkdown;
      return typeof content === 'string' ? [content] : [];
    }),
  );
}
