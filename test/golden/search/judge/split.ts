/** Splits at separators without a backslash before them. */
export function split(value: string, separator: string): string[] {
  const parts = [''];
  for (let index = 0; index < value.length; index += 1) {
    const c = value.charAt(index);
    if (c === '\\') {
      parts.push((parts.pop() ?? '') + c + value.charAt(index + 1));
      index += 1;
    } else if (c === separator) parts.push('');
    else parts.push((parts.pop() ?? '') + c);
  }
  return parts;
}

export function plain(value: string): string {
  return value.replace(/\\([,$|\\])/g, '$1');
}

const PREFIX = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(.*)$/;

export function prefixed(value: string): readonly [prefix: string, rest: string] {
  const match = PREFIX.exec(value);
  return [match?.[1] ?? 'eq', match?.[2] ?? value];
}
