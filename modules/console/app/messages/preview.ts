import type { Parameters } from '@medplum/fhirtypes';
import { parametersOf } from '../fhir/parameters.ts';
import type { FhirServer } from '../fhir/server.ts';

/** What would become of a message. */
export interface Preview {
  /** Why it would wait, or do nothing; empty where it would change something. */
  readonly note: string;
  readonly changes: readonly PreviewedChange[];
  readonly superseded: readonly string[];
  readonly unread: readonly string[];
}

export interface PreviewedChange {
  readonly kind: string;
  readonly reference: string;
  readonly type: string;
  /** Whether its user may not see what is stored. */
  readonly isHidden: boolean;
  readonly elements: readonly { readonly path: string; readonly before: string; readonly after: string }[];
}

/** Another text in place of the one that came; or a proposed one. */
export interface PreviewedText {
  readonly text?: string;
  readonly proposal?: string;
}

export async function findPreview(server: FhirServer, id: string, other: PreviewedText): Promise<Preview> {
  const answer = parametersOf(
    await server.call<Parameters>('$hl7-preview', [
      { name: 'message', valueId: id },
      ...(other.text === undefined ? [] : [{ name: 'text', valueString: other.text }]),
      ...(other.proposal === undefined ? [] : [{ name: 'proposal', valueId: other.proposal }]),
    ]),
  );
  return {
    note: [answer.value<string>('reason'), answer.value<string>('note')]
      .filter((each) => each !== undefined)
      .join(': '),
    superseded: answer.values<string>('superseded'),
    unread: answer.values<string>('unread'),
    changes: answer.parts('change').map((change) => ({
      kind: change.value<string>('kind') ?? '',
      reference: change.value<string>('reference') ?? '',
      type: change.value<string>('type') ?? '',
      isHidden: change.value<boolean>('hidden') ?? false,
      elements: change.parts('element').map((element) => ({
        path: element.value<string>('path') ?? '',
        before: element.value<string>('before') ?? '',
        after: element.value<string>('after') ?? '',
      })),
    })),
  };
}
