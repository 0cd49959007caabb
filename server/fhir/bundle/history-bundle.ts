import type { Definitions } from '../../definitions/definitions.ts';
import { resourceText } from '../../storage/body.ts';
import type { HistoryRow } from '../../storage/history.ts';
import { METHOD } from '../../storage/insert.ts';
import type { Ctx } from '../engine.ts';
import { shapeResource } from '../shape/shape-resource.ts';
import type { Shape } from '../shape/shape-of.ts';
import { shownText } from '../shape/shown-resource.ts';

const METHODS = Object.keys(METHOD);

/**
 * A history Bundle as JSON text; its entries stand in the order of the rows. https://hl7.org/fhir/R4/http.html#history
 * @param links see linksText
 */
export function historyText(
  definitions: Definitions,
  { baseUrl, access }: Pick<Ctx, 'baseUrl' | 'access'>,
  rows: readonly HistoryRow[],
  links: string,
  shape: Shape | undefined,
): string {
  let entries = '';
  for (const row of rows) {
    const type = definitions.typeName(row.type);
    entries += `${entries === '' ? '' : ','}{"fullUrl":"${baseUrl}/${type}/${row.id}",`;
    if (row.body !== null) {
      const text = shownText(definitions, access, resourceText({ ...row, type, body: row.body }));
      entries += `"resource":${shapeResource(text, shape, definitions)},`;
    }
    entries += `${howText(type, row)}}`;
  }
  return `{"resourceType":"Bundle","type":"history",${links}${entries === '' ? '' : `,"entry":[${entries}]`}}`;
}

/** The write that made the version, and what it was answered. */
function howText(type: string, { id, version, updated, method, isRevival }: HistoryRow): string {
  const url = method === METHOD.POST ? type : `${type}/${id}`;
  const isCreation = version === 1 || isRevival;
  const status = method === METHOD.DELETE ? '204 No Content' : isCreation ? '201 Created' : '200 OK';
  return (
    `"request":{"method":"${METHODS[method]}","url":"${url}"},` +
    `"response":{"status":"${status}","etag":"W/\\"${version}\\"","lastModified":"${new Date(updated).toISOString()}"}`
  );
}
