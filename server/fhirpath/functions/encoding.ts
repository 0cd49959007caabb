import { FhirpathError } from '../model/env.ts';
import { NONE, stringItems } from '../model/item.ts';
import type { FhirpathFunction, FunctionTable } from './function.ts';
import { expectText, onText } from './on-value.ts';

type Change = (text: string) => string | undefined;

const ENCODERS: Readonly<Record<string, Change>> = {
  base64: (text) => Buffer.from(text, 'utf8').toString('base64'),
  // Unlike base64url of Node it is padded. https://datatracker.ietf.org/doc/html/rfc4648#section-5
  urlbase64: (text) => Buffer.from(text, 'utf8').toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
  hex: (text) => Buffer.from(text, 'utf8').toString('hex'),
};

const DECODERS: Readonly<Record<string, Change>> = {
  base64: (text) => decoded(text, /^[A-Za-z0-9+/]*={0,2}$/, 'base64'),
  urlbase64: (text) => decoded(text, /^[A-Za-z0-9_-]*={0,2}$/, 'base64url'),
  hex: (text) => decoded(text, /^(?:[0-9A-Fa-f]{2})*$/, 'hex'),
};

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const FROM_HTML = new Map(Object.entries(HTML).map(([character, entity]) => [entity, character]));

const ESCAPERS: Readonly<Record<string, Change>> = {
  html: (text) => text.replace(/[&<>"']/g, (character) => HTML[character] ?? character),
  json: (text) => JSON.stringify(text).slice(1, -1),
};

const UNESCAPERS: Readonly<Record<string, Change>> = {
  html: (text) => text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => FROM_HTML.get(entity) ?? entity),
  json: unescapeJson,
};

/** https://build.fhir.org/ig/HL7/FHIRPath/#additional-string-functions */
export const ENCODING: FunctionTable = {
  encode: change('encode', ENCODERS),
  decode: change('decode', DECODERS),
  escape: change('escape', ESCAPERS),
  unescape: change('unescape', UNESCAPERS),
};

function change(name: string, forms: Readonly<Record<string, Change>>): FhirpathFunction {
  return onText(name, [1, 1], (text, [parameter]) => {
    const form = parameter === undefined ? undefined : expectText(parameter, `${name}()`);
    if (form === undefined) return NONE;
    const run = Object.hasOwn(forms, form) ? forms[form] : undefined;
    if (run === undefined) {
      throw new FhirpathError(`${name}() knows ${Object.keys(forms).join(', ')}, not ${form.slice(0, 40)}`);
    }
    return stringItems(run(text));
  });
}

function decoded(text: string, form: RegExp, encoding: BufferEncoding): string | undefined {
  return form.test(text) ? Buffer.from(text, encoding).toString('utf8') : undefined;
}

/** Escape by escape, as the text may hold quotes that are none. */
function unescapeJson(text: string): string {
  return text.replace(/\\(?:u[0-9A-Fa-f]{4}|["\\/bfnrt])/g, (escape) => String(JSON.parse(`"${escape}"`)));
}
