const NEEDLE = 'Patient/';
const REFERENCE = '"reference":"';

/**
 * Adds `Patient/id` of all patients that a resource is or refers to. Looks at its text, because parsing what is only
 * passed on would cost more than the whole read.
 * @param body JSON text as the server writes it, without blanks
 * @param baseUrl of this server: what an absolute reference to it starts with
 */
export function addPatients(into: Set<string>, type: string, id: string, body: string, baseUrl: string): void {
  if (type === 'Patient') into.add(`Patient/${id}`);
  for (let at = body.indexOf(NEEDLE); at >= 0; at = body.indexOf(NEEDLE, at + NEEDLE.length)) {
    const end = endOfId(body, at + NEEDLE.length);
    if (end > at + NEEDLE.length && isLocal(body, at, baseUrl)) into.add(body.slice(at, end));
  }
}

/** Behind the last character that an id may have, at most 64 of them. https://hl7.org/fhir/R4/datatypes.html#id */
function endOfId(text: string, start: number): number {
  let end = start;
  while (end - start < 64 && isIdCharacter(text.charCodeAt(end))) end += 1;
  return end;
}

function isIdCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 45 ||
    code === 46
  );
}

function isLocal(body: string, at: number, baseUrl: string): boolean {
  if (body.startsWith(REFERENCE, at - REFERENCE.length)) return true;
  const absolute = at - baseUrl.length - 1;
  return body.startsWith(`${baseUrl}/`, absolute) && body.startsWith(REFERENCE, absolute - REFERENCE.length);
}
