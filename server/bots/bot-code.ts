import { fault } from '../kernel/fault.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import { COMPILED, JAVASCRIPT, TYPESCRIPT } from './library-form.ts';

export type Language = 'typescript' | 'javascript';

export interface BotSource {
  readonly language: Language;
  readonly text: string;
}

const MAX_SOURCE = 256 * 1024;

/**
 * What a bot is compiled from: its TypeScript, otherwise its JavaScript.
 * @throws Fault `bot.noSource` 422
 */
export function sourceOf(library: JsonObject): BotSource {
  const own = attachments(library).filter(({ title }) => title !== COMPILED);
  for (const [language, pattern] of [
    ['typescript', /^(?:text|application)\/typescript\b/],
    ['javascript', /^(?:text|application)\/javascript\b/],
  ] as const) {
    const found = own.find(({ contentType }) => pattern.test(String(contentType)));
    if (typeof found?.data !== 'string') continue;
    const text = Buffer.from(found.data, 'base64').toString('utf8');
    if (text.length > MAX_SOURCE) break;
    return { language, text };
  }
  throw fault(
    'bot.noSource',
    422,
    'required',
    `A bot needs content with contentType ${TYPESCRIPT} or ${JAVASCRIPT} and data of at most ${MAX_SOURCE} characters.`,
    'Library.content',
  );
}

/** The Library with what its source was compiled to. */
export function withCode(library: JsonObject, code: string): JsonObject {
  const sources = attachments(library).filter(({ title }) => title !== COMPILED);
  const compiled = { contentType: JAVASCRIPT, title: COMPILED, data: Buffer.from(code, 'utf8').toString('base64') };
  return { ...library, content: [...sources, compiled] };
}

/** What was compiled when it was deployed. */
export function codeOf(library: JsonObject): string | undefined {
  const data = attachments(library).find(({ title }) => title === COMPILED)?.data;
  return typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8') : undefined;
}

function attachments({ content }: JsonObject): readonly JsonObject[] {
  return (Array.isArray(content) ? content : []).filter(isObject);
}
