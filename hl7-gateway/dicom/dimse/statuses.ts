/** https://dicom.nema.org/medical/dicom/current/output/chtml/part07/chapter_C.html, and of the worklist part04/sect_K.4.html */
export const STATUS = {
  success: 0x0000,
  /** The answer goes on; keys that have no meaning here were not matched. */
  pending: 0xff00,
  pendingUnmatchedKeys: 0xff01,
  cancelled: 0xfe00,
  outOfResources: 0xa700,
  unableToProcess: 0xc001,
  processingFailure: 0x0110,
  duplicateInstance: 0x0111,
  noSuchInstance: 0x0112,
  invalidAttributeValue: 0x0106,
  invalidInstance: 0x0117,
  missingAttribute: 0x0120,
} as const;

export type Status = (typeof STATUS)[keyof typeof STATUS];

/** Error id of N-SET on a step that is over: https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_F.7.2.2.2.html */
export const STEP_IS_OVER = 0xa710;
