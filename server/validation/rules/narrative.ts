import type { JsonArray, JsonObject, JsonValue } from '../../kernel/json.ts';
import { refusedScheme, styleEffect } from '../narrative/link.ts';
import { isTarget } from '../narrative/targets.ts';
import { scanXhtml } from '../narrative/scan.ts';
import { isNarrativeAttribute, isNarrativeElement } from '../narrative/vocabulary.ts';
import { addIssue, shown, type Walk } from '../walk.ts';

const XHTML = 'http://www.w3.org/1999/xhtml';
const LINKS = new Set(['href', 'src', 'cite', 'longdesc', 'usemap']);

/**
 * Narrative.div: XHTML for reading, without anything active, and not empty (txt-1, txt-2).
 * https://hl7.org/fhir/R4/narrative.html
 */
export function checkNarrative(
  value: JsonValue,
  _parent: JsonObject | JsonArray,
  _key: string | number,
  walk: Walk,
): void {
  if (typeof value !== 'string') return;
  let element: string | undefined;
  const found = { content: false, namespace: false };
  const malformed = scanXhtml(value, {
    element(name) {
      if (element === undefined && name !== 'div') refuseRoot(name, walk);
      element = name;
      if (name === 'img') found.content = true;
      if (!isNarrativeElement(name)) refuseElement(name, walk);
    },
    attribute(name, text) {
      if (name !== 'xmlns') {
        checkAttribute(element ?? '', name, text, walk);
        return;
      }
      found.namespace = true;
      if (text !== XHTML)
        addIssue(walk, 'value', `"${shown(text)}" is not the namespace of XHTML. Expected is ${XHTML}.`);
    },
    content() {
      found.content = true;
    },
  });
  if (malformed !== undefined) {
    const text = `The div is no well-formed XHTML: ${malformed}. Expected is one div element, without entities such as &nbsp;.`;
    addIssue(walk, 'value', text);
    return;
  }
  if (!found.namespace) addIssue(walk, 'value', `The div names no namespace. Expected is <div xmlns="${XHTML}">.`);
  if (!found.content) addIssue(walk, 'invariant', 'txt-2: The narrative is empty. Expected is text or an image in it.');
}

function refuseRoot(name: string, walk: Walk): void {
  addIssue(walk, 'value', `A narrative is one div element, not ${shown(name)}.`);
}

function refuseElement(name: string, walk: Walk): void {
  const text = `txt-1: The element ${shown(name)} may not stand in a narrative. Expected are elements for text, lists, tables, links and images.`;
  addIssue(walk, 'invariant', text);
}

function checkAttribute(element: string, name: string, value: string, walk: Walk): void {
  if (!isNarrativeAttribute(element, name)) {
    const text = `txt-1: The attribute ${shown(name)} may not stand on ${shown(element)} in a narrative; scripts, forms and events have no place there.`;
    addIssue(walk, 'invariant', text);
  } else if (name === 'style') {
    const effect = styleEffect(value);
    if (effect === undefined) return;
    const text = `The style "${shown(value)}" ${effect} what does not stand in the narrative. Expected is formatting only.`;
    // Guides are published with background images in their tables.
    addIssue(walk, 'security', text, effect === 'runs' ? 'error' : 'warning');
  } else if (LINKS.has(name)) checkLink(element, name, value, walk);
}

function checkLink(element: string, name: string, value: string, walk: Walk): void {
  const scheme = refusedScheme(name, value);
  if (scheme !== undefined) {
    const text = `A narrative cannot link to ${shown(value)}: ${shown(scheme)} is nothing that readers can follow. Expected is a URL such as https://…, mailto:… or #….`;
    addIssue(walk, 'security', text);
  } else if (element === 'a' && value.length > 1 && value.startsWith('#') && !isTarget(value.slice(1), walk)) {
    const text = `The link ${shown(value)} leads nowhere: nothing in the resource has this id.`;
    addIssue(walk, 'not-found', text);
  }
}
