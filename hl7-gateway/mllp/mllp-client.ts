import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createFramer, frameOf } from './framer.ts';
import { DEFAULT_LIMITS } from './mllp-link.ts';

export interface MllpClientOptions {
  readonly host: string;
  readonly port: number;
  /** PEM texts; with an empty object the certificates of the machine count. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    /** The name in the peer's certificate, if it is not the host. */
    readonly serverName?: string;
  };
  /** ms, with the handshake; 10,000 by default. */
  readonly connectTime?: number;
  /** ms from writing a message to its reply; 30,000 by default. */
  readonly replyTime?: number;
  /** Bytes of a reply; 32 MiB by default. */
  readonly maxFrame?: number;
  /** Frames that answer nothing that waits, such as application replies of enhanced mode. What it returns is sent back. */
  readonly onUnasked?: (frame: Uint8Array) => Promise<Uint8Array | undefined>;
}

export class MllpSendFailure extends Error {
  override readonly name = 'MllpSendFailure';
  /**
   * `connect`: there is no connection; `timeout`: no reply came in time; `closed`: the connection ended before the reply; `frame`: the
   * message contains what ends a frame, or the reply is beyond the limit.
   */
  readonly kind: 'connect' | 'timeout' | 'closed' | 'frame';
  /** Whether the peer may have taken the message: it has to be sent again as the same (MSH-10). */
  readonly maybeDelivered: boolean;

  constructor(kind: MllpSendFailure['kind'], maybeDelivered: boolean, options?: ErrorOptions) {
    super(`no reply: ${kind}`, options);
    this.kind = kind;
    this.maybeDelivered = maybeDelivered;
  }
}

interface Awaited {
  readonly isReply: (frame: Uint8Array) => boolean;
  readonly resolve: (reply: Uint8Array) => void;
  readonly reject: (failure: MllpSendFailure) => void;
}

/**
 * Sends messages over one connection, one after the other: the next one when the reply to the last has come. A reply that comes too
 * late answers nothing: after a timeout the connection is closed, and the next message opens a new one.
 */
export class MllpClient {
  readonly #options: MllpClientOptions;
  #socket: Socket | undefined;
  #awaited: Awaited | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: MllpClientOptions) {
    this.#options = options;
  }

  /**
   * @param isReply whether a frame answers this message: MSA-2 is its MSH-10, see `isReplyTo`
   * @returns the bytes of the reply
   * @throws MllpSendFailure
   */
  send(message: Uint8Array, isReply: (frame: Uint8Array) => boolean): Promise<Uint8Array> {
    const sent = this.#turn.then(() => this.#exchange(message, isReply));
    this.#turn = sent.catch(() => undefined);
    return sent;
  }

  /** Whoever waits for a reply is told `closed`. */
  close(): void {
    this.#isClosed = true;
    this.#socket?.destroy();
  }

  async #exchange(message: Uint8Array, isReply: (frame: Uint8Array) => boolean): Promise<Uint8Array> {
    const frame = frameOf(message);
    if (frame === undefined) throw new MllpSendFailure('frame', false);
    if (this.#isClosed) throw new MllpSendFailure('closed', false);
    const socket = this.#socket ?? (await this.#connect());
    const { replyTime = 30_000 } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        this.#awaited = { isReply, resolve, reject };
        timer = setTimeout(() => {
          reject(new MllpSendFailure('timeout', true));
          this.#lose(socket, 'closed');
        }, replyTime);
        socket.write(frame);
      });
    } finally {
      clearTimeout(timer);
      this.#awaited = undefined;
    }
  }

  async #connect(): Promise<Socket> {
    const { maxFrame = DEFAULT_LIMITS.maxFrame } = this.#options;
    const socket = await openSocket(this.#options);
    if (this.#isClosed) {
      socket.destroy();
      throw new MllpSendFailure('closed', false);
    }
    this.#socket = socket;
    const framer = createFramer(maxFrame);
    socket.on('data', (chunk) => {
      for (const event of framer.push(chunk)) {
        if (event.kind === 'frame') this.#receive(socket, event.bytes);
        else if (event.kind === 'too-large') this.#lose(socket, 'frame');
      }
    });
    socket.once('end', () => {
      for (const event of framer.end()) if (event.kind === 'frame') this.#receive(socket, event.bytes);
      this.#lose(socket, 'closed');
    });
    socket.once('error', () => this.#lose(socket, 'closed'));
    socket.once('close', () => this.#lose(socket, 'closed'));
    return socket;
  }

  #receive(socket: Socket, frame: Uint8Array): void {
    if (this.#awaited?.isReply(frame) === true) {
      this.#awaited.resolve(frame);
      return;
    }
    const { onUnasked } = this.#options;
    if (onUnasked === undefined) return;
    void onUnasked(frame).then(
      (reply) => {
        const answer = reply === undefined ? undefined : frameOf(reply);
        if (answer !== undefined && socket.writable) socket.write(answer);
      },
      // Unanswered, the peer sends it again.
      () => socket.destroy(),
    );
  }

  #lose(socket: Socket, kind: 'closed' | 'frame'): void {
    socket.destroy();
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#awaited?.reject(new MllpSendFailure(kind, true));
  }
}

function openSocket({ host, port, tls, connectTime = 10_000 }: MllpClientOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket =
      tls === undefined ? connectPlain({ host, port }) : connectTls({ host, port, ...tlsOptions(host, tls) });
    const fail = (cause?: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new MllpSendFailure('connect', false, cause === undefined ? undefined : { cause }));
    };
    const timer = setTimeout(fail, connectTime);
    socket.once('error', fail);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 60_000);
      resolve(socket);
    });
  });
}

function tlsOptions(host: string, { ca, cert, key, serverName }: NonNullable<MllpClientOptions['tls']>) {
  const name = serverName ?? (isIP(host) === 0 ? host : undefined);
  return {
    minVersion: 'TLSv1.2' as const,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(name === undefined ? {} : { servername: name }),
  };
}
