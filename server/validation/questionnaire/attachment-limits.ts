import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssue, addIssueAt, shown } from '../walk.ts';
import type { AnswerCheck } from './answer-check.ts';
import { extensionNumber, extensionValues, ITEM_EXTENSIONS } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';

const BYTES_IN_MEGABYTE = 1_048_576;

/** mimeType, and maxSize, which is in megabytes. */
export function attachmentChecks({ definition }: QuestionnaireItem): readonly AnswerCheck[] {
  const types = extensionValues(definition, ITEM_EXTENSIONS.mimeType).map(({ value }) => String(value));
  const megabytes = extensionNumber(definition, ITEM_EXTENSIONS.maxSize);
  return [
    ...(types.length === 0 ? [] : [typeCheck(types)]),
    ...(megabytes === undefined ? [] : [sizeCheck(megabytes)]),
  ];
}

function typeCheck(types: readonly string[]): AnswerCheck {
  return ({ value }, walk) => {
    const found = isObject(value) ? value.contentType : undefined;
    if (typeof found === 'string' && types.some((type) => isOfType(found, type))) return;
    const text = `${typeof found === 'string' ? `"${shown(found)}"` : 'No content type'} is not allowed. Expected is ${types.join(' or ')}.`;
    addIssueAt(walk, ['contentType'], 'value', text);
  };
}

/** Parameters such as `charset` do not count; `image/*` takes all images. */
function isOfType(found: string, type: string): boolean {
  const name = (found.split(';', 1)[0] ?? '').trim().toLowerCase();
  const wanted = type.toLowerCase();
  return wanted.endsWith('/*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

function sizeCheck(megabytes: number): AnswerCheck {
  return ({ value }, walk) => {
    const bytes = isObject(value) ? sizeOf(value) : undefined;
    if (bytes === undefined || bytes <= megabytes * BYTES_IN_MEGABYTE) return;
    addIssue(walk, 'too-long', `The attachment has ${bytes} bytes. Expected are at most ${megabytes} MB.`);
  };
}

function sizeOf({ size, data }: JsonObject): number | undefined {
  if (typeof data !== 'string') return typeof size === 'number' ? size : undefined;
  return Math.floor((data.replace(/[\s=]/g, '').length * 3) / 4);
}
