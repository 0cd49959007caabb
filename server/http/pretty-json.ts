const INDENT = '  ';

/** Compact JSON text, indented; numbers keep their digits, because nothing is parsed. */
export function prettyJson(text: string): string {
  let result = '';
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charAt(at);
    if (c === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (c === '{' || c === '[') {
      const close = text.charAt(at + 1);
      if (close === '}' || close === ']') {
        at += 1;
        continue;
      }
      depth += 1;
      result += `${text.slice(from, at + 1)}\n${INDENT.repeat(depth)}`;
    } else if (c === '}' || c === ']') {
      depth -= 1;
      result += `${text.slice(from, at)}\n${INDENT.repeat(depth)}${c}`;
    } else if (c === ',') result += `${text.slice(from, at + 1)}\n${INDENT.repeat(depth)}`;
    else if (c === ':') result += `${text.slice(from, at)}: `;
    else continue;
    from = at + 1;
  }
  return `${result}${text.slice(from)}\n`;
}

/** Index of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const c = text.charCodeAt(at);
    if (c === 34) return at;
    if (c === 92) at += 1;
  }
}
