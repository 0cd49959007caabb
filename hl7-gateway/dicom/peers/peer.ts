/** A system that may speak DICOM with the gateway. */
export interface DicomPeer {
  /** Logical id of its Endpoint. */
  readonly endpoint: string;
  readonly aeTitle: string;
  /** Modalities whose work it does; empty: any. */
  readonly modalities: readonly string[];
  /** `Device/1`: what orders and appointments name when they mean it. */
  readonly stations: readonly string[];
}
