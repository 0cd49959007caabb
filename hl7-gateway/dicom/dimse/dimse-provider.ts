import type { Socket } from 'node:net';
import dimse from 'dcmjs-dimse';
import type { Log } from '../../../server/kernel/log.ts';
import type { DicomPeer } from '../peers/peer.ts';
import { agreeOn } from './agree.ts';
import type { AgreedContext } from './message-check.ts';
import type { DataSet } from './data-set.ts';
import type { DimseRequests, StepAnswer } from './dimse-requests.ts';
import { encodeDataSet, isLatin1, type Charset } from './encode-data-set.ts';
import { STATUS, type Status } from './statuses.ts';

type Association = InstanceType<typeof dimse.association.Association>;
type FindRequest = InstanceType<typeof dimse.requests.CFindRequest>;
type Provider = InstanceType<typeof dimse.Scp>;
type CommandResponse = InstanceType<typeof dimse.responses.Response>;

/** What one association is to know of the world. */
export interface ProviderOptions {
  readonly requests: DimseRequests;
  readonly log: Log;
  /** @returns who calls; undefined: nobody that may */
  admit(calling: string, called: string): DicomPeer | undefined;
  /** Filled when the association is agreed on. */
  readonly contexts: Map<number, AgreedContext>;
  /** Of messages that are still to be handed over, in their order. The package would read them less exactly. */
  readonly dataSets: DataSet[];
  /** Resolves when what was written has left, or at once. */
  drained(): Promise<void>;
  /** Ends the connection when what was written has left. */
  hangUp(): void;
}

/** Command field of C-FIND. */
const FIND = 0x0020;

/** Requests of an association that are worked on at once; callers wait for the answer unless something else was agreed on. */
const AT_ONCE = 8;

/** Answers that are sent before a look at whether they are still wanted. */
const BATCH = 20;

/** Lines of the package hold what was asked for; ours do not. */
dimse.log.setLevel('silent', false);

/** One association with a modality: what dcmjs-dimse hands over is answered by `requests`. No error leaves it. */
export class DimseProvider extends dimse.Scp {
  readonly #options: ProviderOptions;
  #peer: DicomPeer | undefined;
  #running = 0;
  readonly #cancelled = new Set<number>();
  readonly #open = new Set<number>();

  constructor(socket: Socket, options: ProviderOptions) {
    super(socket);
    this.#options = options;
    this.on('networkError', () => options.hangUp());
  }

  override associationRequested(association: Association): void {
    this.#orHangUp(() => {
      const { admit, contexts } = this.#options;
      this.#peer = admit(association.getCallingAeTitle(), association.getCalledAeTitle());
      if (this.#peer !== undefined && agreeOn(association, contexts)) {
        this.sendAssociationAccept();
        return;
      }
      const { RejectResult, RejectSource, RejectReason } = dimse.constants;
      const reason = this.#peer === undefined ? RejectReason.CallingAeNotRecognized : RejectReason.NoReasonGiven;
      this.sendAssociationReject(RejectResult.Permanent, RejectSource.ServiceUser, reason);
      this.#options.hangUp();
    });
  }

  override associationReleaseRequested(): void {
    this.#orHangUp(() => {
      this.sendAssociationReleaseResponse();
      this.#options.hangUp();
    });
  }

  override abort(): void {
    this.#options.hangUp();
  }

  /** Of what is no message that is served: the caller is told, as far as it speaks DICOM, and the connection ends. */
  refuse(): void {
    this.#orHangUp(() => {
      const { AbortSource, AbortReason } = dimse.constants;
      if (this.#peer !== undefined) this.sendAbort(AbortSource.ServiceProvider, AbortReason.UnexpectedPdu);
      this.#options.hangUp();
    });
  }

  override cEchoRequest(...[request, respond]: Parameters<Provider['cEchoRequest']>): void {
    this.#orHangUp(() => {
      this.#forgetCommand();
      respond(told(dimse.responses.CEchoResponse.fromRequest(request), STATUS.success));
    });
  }

  override cFindRequest(request: FindRequest): void {
    this.#orHangUp(async () => {
      const id = request.getMessageId();
      this.#open.add(id);
      await this.#answerQuery(request);
      this.#open.delete(id);
      this.#cancelled.delete(id);
    });
  }

  async #answerQuery(request: FindRequest): Promise<void> {
    const keys = this.#dataSet();
    const found = await this.#options.requests.findWorklist(keys, this.#whom()).catch((err: unknown) => {
      this.#options.log.error({ err }, 'a query of the worklist could not be answered');
      return undefined;
    });
    if (found === undefined) {
      this.#tell(request, STATUS.unableToProcess, 'the worklist cannot be read now');
      return;
    }
    const pending = found.hasUnknownKeys ? STATUS.pendingUnmatchedKeys : STATUS.pending;
    for (const [place, entry] of found.entries.entries()) {
      if (this.#cancelled.has(request.getMessageId())) {
        this.#tell(request, STATUS.cancelled);
        return;
      }
      const response = told(dimse.responses.CFindResponse.fromRequest(request), pending);
      response.setDataset(new EncodedDataset(entry, charsetFor(keys, entry), this.#isExplicit(FIND)));
      this.sendResponse(request, response);
      if (place % BATCH === BATCH - 1) await this.#options.drained();
    }
    if (found.isCut) this.#tell(request, STATUS.outOfResources, 'there are more entries: narrow the query');
    else this.#tell(request, STATUS.success);
  }

  #tell(request: FindRequest, status: Status, comment = ''): void {
    this.sendResponse(request, told(dimse.responses.CFindResponse.fromRequest(request), status, comment));
  }

  override cCancelRequest(request: InstanceType<typeof dimse.requests.CCancelRequest>): void {
    this.#orHangUp(() => {
      this.#forgetCommand();
      const id = request.getMessageIdBeingRespondedTo();
      if (this.#open.has(id)) this.#cancelled.add(id);
    });
  }

  override nCreateRequest(...[request, respond]: Parameters<Provider['nCreateRequest']>): void {
    this.#orHangUp(async () => {
      const { requests } = this.#options;
      const [uid, attributes, peer] = [request.getAffectedSopInstanceUid(), this.#dataSet(), this.#whom()];
      const answer = await this.#step(() => requests.createStep(uid, attributes, peer));
      respond(toldOfStep(dimse.responses.NCreateResponse.fromRequest(request), answer));
    });
  }

  override nSetRequest(...[request, respond]: Parameters<Provider['nSetRequest']>): void {
    this.#orHangUp(async () => {
      const { requests } = this.#options;
      const [uid, changes, peer] = [request.getRequestedSopInstanceUid(), this.#dataSet(), this.#whom()];
      const answer = await this.#step(() => requests.setStep(uid, changes, peer));
      respond(toldOfStep(dimse.responses.NSetResponse.fromRequest(request), answer));
    });
  }

  async #step(work: () => Promise<StepAnswer>): Promise<StepAnswer> {
    try {
      return await work();
    } catch (err) {
      this.#options.log.error({ err }, 'a performed procedure step could not be kept; its modality is told so');
      return { status: STATUS.processingFailure, comment: 'the step cannot be kept now' };
    }
  }

  /** Whatever goes wrong in an association ends it, and nothing else: the package would let it end the process. */
  #orHangUp(work: () => void | Promise<void>): void {
    const failed = (err: unknown): void => {
      this.#options.log.error({ err }, 'a DICOM association is ended by an error');
      this.#options.hangUp();
    };
    try {
      if (this.#running === AT_ONCE) throw new Error('an association has too many requests at once');
      const done = work();
      if (!(done instanceof Promise)) return;
      this.#running += 1;
      done.catch(failed).finally(() => (this.#running -= 1));
    } catch (err) {
      failed(err);
    }
  }

  /** There is one context for each service. */
  #isExplicit(command: number): boolean {
    return [...this.#options.contexts.values()].some(
      ({ isExplicit, commands }) => isExplicit && commands.includes(command),
    );
  }

  #dataSet(): DataSet {
    const set = this.#options.dataSets.shift();
    if (set === undefined) throw new Error('a request without its data set');
    return set;
  }

  #whom(): DicomPeer {
    if (this.#peer === undefined) throw new Error('a request before its association');
    return this.#peer;
  }

  /** The package keeps a command that has no data set, and would read the next one behind it. */
  #forgetCommand(): void {
    Object.assign(this, { dimseStream: undefined });
  }
}

/** A data set that is written by us: the package knows no character set but UTF-8. */
class EncodedDataset extends dimse.Dataset {
  readonly #set: DataSet;
  readonly #charset: Charset;

  constructor(set: DataSet, charset: Charset, isExplicit: boolean) {
    const { ExplicitVRLittleEndian, ImplicitVRLittleEndian } = dimse.constants.TransferSyntax;
    super(undefined, isExplicit ? ExplicitVRLittleEndian : ImplicitVRLittleEndian);
    this.#set = set;
    this.#charset = charset;
  }

  override getDenaturalizedDataset(): Buffer {
    const isExplicit = this.getTransferSyntaxUid() === dimse.constants.TransferSyntax.ExplicitVRLittleEndian;
    return encodeDataSet(this.#set, { isExplicit, charset: this.#charset });
  }
}

/** Latin where the caller asks in it and the entry fits; it may know nothing else. */
function charsetFor(keys: DataSet, entry: DataSet): Charset {
  return keys.SpecificCharacterSet === 'ISO_IR 100' && isLatin1(entry) ? 'ISO_IR 100' : 'ISO_IR 192';
}

function told<R extends CommandResponse>(response: R, status: Status, comment = ''): R {
  response.setStatus(status);
  if (comment !== '') response.setErrorComment(comment);
  return response;
}

function toldOfStep<R extends CommandResponse>(response: R, { status, comment, errorId }: StepAnswer): R {
  if (errorId !== undefined) response.getCommandDataset().setElement('ErrorID', String(errorId));
  return told(response, status, comment);
}
