/** A browser without scripts that goes where it is sent, as apps see it. */
export interface Browser {
  readonly cookies: Map<string, string>;
  /** Goes to a URL and on to where it leads, as long as that is on the server's origin. */
  open(url: string): Promise<Place>;
  /** Sends a form as a browser does. */
  submit(
    action: string,
    fields: readonly (readonly [string, string])[],
    headers?: Readonly<Record<string, string>>,
  ): Promise<Place>;
}

/** Where a browser has come to. */
export interface Place {
  readonly url: string;
  /** 0 for a place on another origin, which was not asked. */
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

const MAX_REDIRECTS = 20;

export function openBrowser(origin: string): Browser {
  const cookies = new Map<string, string>();

  async function go(start: string, first: RequestInit): Promise<Place> {
    let url = new URL(start, origin).href;
    let init = first;
    for (let count = 0; count < MAX_REDIRECTS; count += 1) {
      if (new URL(url).origin !== origin) return { url, status: 0, text: '', headers: new Headers() };
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { Accept: 'text/html', ...(init.headers as Record<string, string> | undefined), Cookie: cookie };
      const response = await fetch(url, { ...init, redirect: 'manual', headers });
      response.headers.getSetCookie().forEach(keep);
      const location = response.headers.get('location');
      const text = await response.text();
      if (location === null) return { url, status: response.status, text, headers: response.headers };
      url = new URL(location, url).href;
      init = {};
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects`);
  }

  function keep(line: string): void {
    const [pair = ''] = line.split(';');
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    if (value === '' || /expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }

  return {
    cookies,
    open: (url) => go(url, {}),
    submit: (action, fields, headers = { Origin: origin, 'Sec-Fetch-Site': 'same-origin' }) =>
      go(action, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString(),
      }),
  };
}

/** Values of the inputs of a name in a page, in order. */
export function fieldValues(page: string, name: string): string[] {
  return inputs(page, name).map((tag) => attribute(tag, 'value') ?? '');
}

/** Values of the ticked boxes of a name in a page. */
export function tickedValues(page: string, name: string): string[] {
  return inputs(page, name)
    .filter((tag) => /\schecked/.test(tag))
    .map((tag) => attribute(tag, 'value') ?? '');
}

function inputs(page: string, name: string): string[] {
  return [...page.matchAll(/<input\b[^>]*>/g)].map(([tag]) => tag).filter((tag) => attribute(tag, 'name') === name);
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value?.replace(/&(amp|lt|gt|quot|#39|#96);/g, (entity) => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
};
