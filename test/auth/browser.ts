export interface Shown {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of a redirect: path and query. */
  readonly location: string | undefined;
}

/** A browser as far as forms and cookies go. It follows nothing by itself. */
export class Browser {
  readonly origin: string;
  readonly cookies = new Map<string, string>();
  private csrf = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  get(path: string): Promise<Shown> {
    return this.send('GET', path);
  }

  /** Sends a form of the page that was shown last. */
  submit(
    path: string,
    fields: Readonly<Record<string, string>> = {},
    headers: Record<string, string> = {},
  ): Promise<Shown> {
    return this.send('POST', path, new URLSearchParams({ csrf: this.csrf, ...fields }), headers);
  }

  /** What the script of the pages sends. */
  async script(path: string, fields: object = {}): Promise<Shown & { readonly body: Record<string, unknown> }> {
    const body = JSON.stringify({ csrf: this.csrf, ...fields });
    const shown = await this.send('POST', path, body, { 'Content-Type': 'application/json' });
    return { ...shown, body: JSON.parse(shown.text) as Record<string, unknown> };
  }

  /** Until there is a page: after a form. */
  async follow(shown: Shown): Promise<Shown> {
    let page = shown;
    for (let hop = 0; hop < 5 && page.location !== undefined; hop += 1) page = await this.get(page.location);
    return page;
  }

  private async send(
    method: string,
    path: string,
    body?: URLSearchParams | string,
    headers: Record<string, string> = {},
  ): Promise<Shown> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.origin + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(method === 'POST' ? { origin: this.origin } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      const at = pair.indexOf('=');
      if (/Max-Age=0/.test(set)) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const text = await response.text();
    this.csrf = /name="csrf"\s+value="([^"]*)"/.exec(text)?.[1] ?? this.csrf;
    return {
      status: response.status,
      headers: response.headers,
      text,
      location: response.headers.get('location') ?? undefined,
    };
  }
}

/** The value of a hidden field. */
export function hiddenField(page: Shown, name: string): string {
  return new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(page.text)?.[1] ?? '';
}
