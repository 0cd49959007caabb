import type { IncomingHttpHeaders } from 'node:http';
import { HttpRefusal } from '../../http/http-refusal.ts';

/** What images and their data come as; nothing of it runs in a browser. */
const SERVED =
  /^(?:application\/(?:dicom|dicom\+json|json|octet-stream|pdf)|image\/[a-z0-9.+-]+|video\/[a-z0-9.+-]+|text\/plain)$/;
const NOT_SERVED = /svg|xml/;
const TRANSFER_SYNTAX = /^(?:\*|[0-9.]{1,64})$/;
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]$/;
const MOST_ACCEPT = 1024;

export interface MediaType {
  /** Lower case, without parameters. */
  readonly name: string;
  /** By lower case name. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1; undefined for what is none. */
export function readMediaType(text: string | undefined): MediaType | undefined {
  const [, name, rest = ''] = /^\s*([\w.+*-]+\/[\w.+*-]+)\s*(.*)$/s.exec(text ?? '') ?? [];
  if (name === undefined) return undefined;
  const parameters = new Map<string, string>();
  const PARAMETER = /\s*;\s*([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))\s*/gy;
  let end = 0;
  for (const match of rest.matchAll(PARAMETER)) {
    parameters.set((match[1] ?? '').toLowerCase(), match[2]?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? '');
    end = match.index + match[0].length;
  }
  return end === rest.length ? { name: name.toLowerCase(), parameters } : undefined;
}

const isServedType = (name: string): boolean => SERVED.test(name) && !NOT_SERVED.test(name);

/** How the body of a PACS' answer is to be handed on. */
export type AnswerType =
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'parts'; readonly text: string; readonly boundary: string }
  | { readonly kind: 'bytes'; readonly text: string };

/** @throws HttpRefusal 502 for a type that is not served, or a packed body */
export function answerType(headers: IncomingHttpHeaders): AnswerType {
  const type = readMediaType(headers['content-type']);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (type !== undefined && encoding === 'identity') {
    const { name, parameters } = type;
    if (name === 'application/dicom+json' || name === 'application/json')
      return { kind: 'json', text: 'application/dicom+json' };
    const boundary = parameters.get('boundary') ?? '';
    if (name === 'multipart/related' && BOUNDARY.test(boundary)) {
      return { kind: 'parts', text: `${name}${partType(parameters.get('type'))}; boundary="${boundary}"`, boundary };
    }
    if (isServedType(name)) return { kind: 'bytes', text: name };
  }
  throw new HttpRefusal(502, 'exception', 'The PACS answered with what is not served here.');
}

/** Some write the parameters of the parts' type into its name. */
function partType(text: string | undefined): string {
  const name = readMediaType(text)?.name;
  return name !== undefined && isServedType(name) ? `; type="${name}"` : '';
}

/** The Content-Type of a part, as it is handed on; undefined: of none that is served. */
export function partContentType(text: string | undefined): string | undefined {
  const type = readMediaType(text);
  if (type === undefined || !isServedType(type.name)) return undefined;
  const syntax = type.parameters.get('transfer-syntax');
  return syntax !== undefined && TRANSFER_SYNTAX.test(syntax) ? `${type.name}; transfer-syntax=${syntax}` : type.name;
}

/**
 * What a PACS is asked for, of what a client takes.
 * @param fallback where the client takes anything
 * @throws HttpRefusal 406 when it takes nothing that is served
 */
export function acceptOf(text: string | undefined, fallback: string): string {
  if (text === undefined || text.trim() === '') return fallback;
  const types = text.length > MOST_ACCEPT ? [] : splitList(text).flatMap((each) => served(each, fallback));
  if (types.length > 0) return [...new Set(types)].join(', ');
  throw new HttpRefusal(406, 'not-supported', 'Images and their data come as DICOM, DICOM JSON, images, video or PDF.');
}

function served(text: string, fallback: string): readonly string[] {
  const type = readMediaType(text);
  if (type === undefined) return [];
  const { name, parameters } = type;
  if (name === '*/*') return [fallback];
  const syntax = parameters.get('transfer-syntax');
  const said = syntax !== undefined && TRANSFER_SYNTAX.test(syntax) ? `; transfer-syntax=${syntax}` : '';
  if (name === 'multipart/related') {
    const part = readMediaType(parameters.get('type'))?.name;
    if (part !== undefined && !isServedType(part) && part !== 'image/*') return [];
    return [`${name}${part === undefined ? '' : `; type="${part}"`}${said}`];
  }
  if (name === 'image/*' || name === 'video/*') return [name];
  return isServedType(name) ? [`${name}${said}`] : [];
}

/** At commas that stand in no quotes. */
const splitList = (text: string): readonly string[] => text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
