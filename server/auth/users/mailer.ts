import { createTransport } from 'nodemailer';

const TIMEOUT = 10_000;

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Mailer {
  /** Rejects when the mail server does not take it. */
  send(mail: Mail): Promise<void>;
  /**
   * Makes and sends it in the background: whoever asks for a mail cannot tell by the time whether there is one. Mails to
   * the same `person` go out in the order in which they were asked for: the last one has the link that works.
   */
  post(person: string, make: () => Promise<Mail>): void;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

export interface MailerOptions {
  /** `smtp://host:587`, `smtps://user:password@host` */
  readonly url: string;
  /** `Clinic <no-reply@clinic.example>` */
  readonly from: string;
  /** Failures of {@link Mailer.post}. */
  onError(error: unknown): void;
}

/** Mail by SMTP; over TLS unless the mail server runs on this machine. */
export function createMailer({ url, from, onError }: MailerOptions): Mailer {
  const { protocol, hostname } = new URL(url);
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: 2,
      requireTLS: protocol === 'smtp:' && !isLoopback(hostname),
      connectionTimeout: TIMEOUT,
      greetingTimeout: TIMEOUT,
      socketTimeout: TIMEOUT,
      // A text is what we wrote; it never names files or addresses to be fetched.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
  const underWay = new Map<string, Promise<void>>();

  async function send({ to, subject, text }: Mail): Promise<void> {
    // As an object: a list of addresses that somebody wrote into one is not taken apart.
    await transport.sendMail({ to: { name: '', address: to }, subject, text });
  }

  return {
    send,
    post(person, make) {
      const before = underWay.get(person) ?? Promise.resolve();
      const sending = before
        .then(make)
        .then(send)
        .catch(onError)
        .finally(() => {
          if (underWay.get(person) === sending) underWay.delete(person);
        });
      underWay.set(person, sending);
    },
    async close() {
      await Promise.all(underWay.values());
      transport.close();
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
