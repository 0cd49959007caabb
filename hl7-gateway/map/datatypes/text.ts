import type { Value } from '../reading/value.ts';

/** TX, FT, ST: all of it; delimiters that were not escaped stand for themselves. */
export function plainText(value: Value): string | undefined {
  const text = value.whole().replaceAll(/\r\n?/g, '\n').trim();
  return text === '' ? undefined : text;
}
