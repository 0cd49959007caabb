import type { OperationOutcome } from '@medplum/fhirtypes';

/** What the server said against a request. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** What is wrong, a text for each. */
  readonly texts: readonly string[];
  /** Whether it would be done after a fresh second factor. https://www.rfc-editor.org/rfc/rfc9470 */
  readonly wantsSecondFactor: boolean;

  constructor(status: number, texts: readonly string[], wantsSecondFactor = false) {
    super(texts.join(' '));
    this.status = status;
    this.texts = texts;
    this.wantsSecondFactor = wantsSecondFactor;
  }
}

/** The refusal that an answer is; its body is an OperationOutcome, unless something in between answered. */
export async function refusalOf(answer: Response): Promise<Refusal> {
  const outcome = await bodyOf(answer);
  const texts = (outcome?.issue ?? []).flatMap(({ details, diagnostics }) => details?.text ?? diagnostics ?? []);
  const authenticate = answer.headers.get('WWW-Authenticate') ?? '';
  return new Refusal(
    answer.status,
    texts.length === 0 ? [`The server answered ${answer.status} and gave no reason.`] : texts,
    authenticate.includes('insufficient_user_authentication'),
  );
}

async function bodyOf(answer: Response): Promise<OperationOutcome | undefined> {
  try {
    const body = (await answer.json()) as { readonly resourceType?: string };
    return body.resourceType === 'OperationOutcome' ? (body as OperationOutcome) : undefined;
  } catch {
    return undefined;
  }
}

/** Any failure as texts for people. */
export function textsOf(error: unknown): readonly string[] {
  if (error instanceof Refusal) return error.texts;
  if (error instanceof TypeError) return ['The server cannot be reached.'];
  return [error instanceof Error ? error.message : String(error)];
}
