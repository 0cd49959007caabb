import { Secret, TOTP } from 'otpauth';
import { hiddenField, type Browser, type Shown } from './browser.ts';

/** An authenticator app that took over the secret of a page. */
export class TotpApp {
  private readonly totp: TOTP;

  constructor(page: Shown) {
    const key = /<code>([A-Z2-7 ]+)<\/code>/.exec(page.text)?.[1] ?? '';
    this.totp = new TOTP({ secret: Secret.fromBase32(key.replaceAll(' ', '')) });
  }

  code(now: number): string {
    return this.totp.generate({ timestamp: now });
  }
}

/** Sets an app up for who is signed in. @returns it, and the page of the recovery codes */
export async function addTotp(browser: Browser, now: number): Promise<{ readonly app: TotpApp; readonly page: Shown }> {
  const offer = await browser.get('/auth/authenticator');
  const app = new TotpApp(offer);
  const fields = { ticket: hiddenField(offer, 'ticket'), code: app.code(now), return_to: '/auth/account' };
  return { app, page: await browser.submit('/auth/authenticator', fields) };
}

export function recoveryCodesOf(page: Shown): string[] {
  return [...page.text.matchAll(/<li>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})<\/li>/g)].map((match) => match[1] ?? '');
}
