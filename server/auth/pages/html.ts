/** Markup that is safe to send: everything that came from outside was escaped on its way in. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in a template. `undefined` and `false` leave nothing; lists are joined. */
export type HtmlValue = string | number | Html | undefined | false | readonly HtmlValue[];

/**
 * A template whose values are escaped for text and for quoted attributes, so attributes are always written with quotes:
 * html`<a href="${url}">${name}</a>`. Values that are {@link Html} stay as they are. Addresses from outside are checked by
 * the caller: escaping does not make a `javascript:` address harmless.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    text += markup(value) + (strings[index + 1] ?? '');
  });
  return new Html(text);
}

function markup(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(markup).join('');
  return escape(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escape(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}
