import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssue, addIssueAt, shown, type Walk } from '../walk.ts';
import { isAbsoluteUri } from './absolute-uri.ts';
import { checkContext } from './extension-context.ts';

const MODIFIER = '.modifierExtension';
const EXAMPLES = /^https?:\/\/([^/]+\.)?(example\.org|acme\.com)(\/|$)/;

/** How an extension is used: its url, where it stands, and whether it modifies. https://hl7.org/fhir/R4/extensibility.html */
export function checkExtensionUse(extension: JsonObject, walk: Walk): void {
  const { url } = extension;
  if (typeof url !== 'string') return;
  const place = walk.elements.at(-1)?.definition ?? '';
  const isNested = place === 'Extension.extension';
  const isModifier = place.endsWith(MODIFIER);
  if (!isAbsoluteUri(url)) {
    if (isNested) return;
    const text = `"${shown(url)}" is no absolute URL. Only extensions within another extension have short names.`;
    addIssueAt(walk, ['url'], 'extension', text);
    return;
  }
  const [canonical = url, version] = url.split('|', 2);
  if (version !== undefined) {
    addIssueAt(walk, ['url'], 'extension', `The url of an extension has no version. Expected is ${shown(canonical)}.`);
  }
  const structure = walk.canonicals.find('StructureDefinition', canonical);
  if (structure?.type === 'Extension') checkKnown(extension, structure, isModifier, walk);
  else if (isModifier || !isNested) reportUnknown(canonical, isModifier, walk);
}

function checkKnown(extension: JsonObject, structure: JsonObject, isModifier: boolean, walk: Walk): void {
  if (modifies(structure) !== isModifier) {
    const expected = isModifier ? 'extension, because it changes no meaning' : 'modifierExtension, because it does';
    const text = `The extension ${shown(String(extension.url))} belongs into ${expected}.`;
    addIssue(walk, 'extension', text);
  }
  checkContext(structure, walk);
  walk.env.extension?.(extension, structure, walk);
}

function reportUnknown(url: string, isModifier: boolean, walk: Walk): void {
  if (isModifier) {
    const text = `The modifier extension ${shown(url)} is not known here, so what it changes cannot be understood. Expected is one whose StructureDefinition is installed.`;
    addIssue(walk, 'extension', text);
    return;
  }
  const isRefused = walk.options.refuseUnknownExtensions === true && !EXAMPLES.test(url);
  const text = `The extension ${shown(url)} is not known here, so nothing of it is checked. Install its StructureDefinition.`;
  addIssue(walk, 'extension', text, isRefused ? 'error' : 'warning');
}

/** Whether the root of an extension's definition says that it modifies what it stands in. */
function modifies({ snapshot, differential }: JsonObject): boolean {
  return [differential, snapshot].some((part) => {
    const root = isObject(part) && Array.isArray(part.element) ? part.element[0] : undefined;
    return isObject(root) && root.path === 'Extension' && root.isModifier === true;
  });
}
