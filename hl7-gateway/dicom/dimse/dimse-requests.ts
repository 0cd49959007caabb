import type { DicomPeer } from '../peers/peer.ts';
import type { DataSet } from './data-set.ts';
import type { Status } from './statuses.ts';

/** What a query of the worklist found. */
export interface WorklistAnswer {
  /** Attributes that were asked for. */
  readonly entries: readonly DataSet[];
  /** There are more than are answered. */
  readonly isCut: boolean;
  /** The query has keys that nothing is matched by. */
  readonly hasUnknownKeys: boolean;
}

/** What became of a performed procedure step. */
export interface StepAnswer {
  readonly status: Status;
  /** For people, without data of patients; 64 characters at most. */
  readonly comment?: string;
  readonly errorId?: number;
}

/** What modalities may ask, once their association stands. Each may throw: the caller is told of a failure, and the log why. */
export interface DimseRequests {
  findWorklist(keys: DataSet, peer: DicomPeer): Promise<WorklistAnswer>;
  /** N-CREATE. @param uid SOP Instance UID */
  createStep(uid: string, attributes: DataSet, peer: DicomPeer): Promise<StepAnswer>;
  /** N-SET. */
  setStep(uid: string, changes: DataSet, peer: DicomPeer): Promise<StepAnswer>;
}
