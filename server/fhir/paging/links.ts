/**
 * Bundle.link of a page, as a JSON property with its name.
 * @param url the request's URL without `_cursor`
 * @param cursor where this page starts; undefined on the first one
 * @param next where the next one starts; undefined on the last one
 */
export function linksText(url: string, cursor: string | undefined, next: string | undefined): string {
  const first = JSON.stringify(url);
  const separator = url.includes('?') ? '&' : '?';
  const page = (at: string): string => JSON.stringify(`${url}${separator}_cursor=${at}`);
  const self = cursor === undefined ? first : page(cursor);
  const rest = next === undefined ? '' : `,{"relation":"next","url":${page(next)}}`;
  return `"link":[{"relation":"self","url":${self}},{"relation":"first","url":${first}}${rest}]`;
}
