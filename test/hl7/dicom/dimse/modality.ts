import dimse from 'dcmjs-dimse';
import type { DimsePeer } from '../harness/dcmtk.ts';

/** Answer to a request: its status, and the data set that came with it. */
export interface ModalityAnswer {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly errorId: unknown;
}

type ClientOptions = Parameters<InstanceType<typeof dimse.Client>['send']>[4];

/** A modality made of the client of dcmjs-dimse: what it asks over one association, and all answers in their order. */
export async function ask(
  peer: DimsePeer & { readonly options?: ClientOptions },
  ...requests: readonly InstanceType<typeof dimse.requests.Request>[]
): Promise<readonly (readonly ModalityAnswer[])[]> {
  const answers = requests.map((): ModalityAnswer[] => []);
  await new Promise<void>((resolve, reject) => {
    const client = new dimse.Client();
    for (const [place, request] of requests.entries()) {
      request.on('response', (response: InstanceType<typeof dimse.responses.Response>) => {
        answers[place]?.push({
          status: response.getStatus(),
          data: response.getDataset()?.getElements(),
          errorId: response.getCommandDataset().getElements().ErrorID,
        });
      });
      client.addRequest(request);
    }
    client.on('associationRejected', () => reject(new Error('rejected')));
    // The client takes a pending answer that tells of unknown keys for the last one, and so asks twice for the release: the second time,
    // if the first was answered already, on a socket that it has ended itself.
    let isReleased = false;
    client.on('associationReleased', () => (isReleased = true));
    client.on('networkError', (error: Error) => {
      if (!isReleased) reject(error);
    });
    // Ended before all was answered.
    client.on('closed', () => (answers.every(({ length }) => length > 0) ? resolve() : reject(new Error('ended'))));
    client.send('127.0.0.1', peer.port, peer.calling, peer.called, peer.options);
  });
  return answers;
}

const { ModalityPerformedProcedureStep: MPPS } = dimse.constants.SopClass;

/** A query of the worklist. @param keys by keyword; the step's own keys in ScheduledProcedureStepSequence */
export function findRequest(keys: Record<string, unknown>): InstanceType<typeof dimse.requests.CFindRequest> {
  const request = new dimse.requests.CFindRequest();
  request.setAffectedSopClassUid(dimse.constants.SopClass.ModalityWorklistInformationModelFind);
  request.setDataset(new dimse.Dataset(keys));
  return request;
}

export function createRequest(uid: string, attributes: Record<string, unknown>) {
  const request = new dimse.requests.NCreateRequest(MPPS, uid);
  request.setDataset(new dimse.Dataset({ PerformedProcedureStepStatus: 'IN PROGRESS', ...attributes }));
  return request;
}

export function setRequest(uid: string, changes: Record<string, unknown>) {
  const request = new dimse.requests.NSetRequest(MPPS, uid);
  request.setDataset(new dimse.Dataset(changes));
  return request;
}

export function echoRequest(): InstanceType<typeof dimse.requests.CEchoRequest> {
  return new dimse.requests.CEchoRequest();
}
