import type { ErrorRequestHandler } from 'express';
import { Fault } from '../../kernel/fault.ts';
import { html } from '../pages/html.ts';
import { sendPage } from '../pages/layout.ts';

/** What a browser is told of a refusal, and of a form that could not be read; anything else is a bug and goes on. */
export const answerFault: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const [status, text] = tellable(error) ?? [];
  if (status === undefined || response.headersSent) {
    next(error);
    return;
  }
  sendPage(response, status, { title: 'This request cannot be answered', body: html`<p>${text}</p>` });
};

function tellable(error: unknown): readonly [status: number, text: string] | undefined {
  if (error instanceof Fault) return [error.status, error.issues[0]?.text ?? ''];
  // Of Express' body parsers: too large, cut off, in a coding that is not known.
  const { status, expose } = error as { readonly status?: unknown; readonly expose?: unknown };
  if (typeof status !== 'number' || expose !== true) return undefined;
  return [status, 'The form is too large or cannot be read.'];
}
