import { randomUUID } from 'node:crypto';
import { dicomFile, type DataElement } from './dicom-file.ts';

/** What a test says of an image; what it does not say is made up, or left out where it may be. */
export interface SampleImage {
  readonly patientId: string;
  readonly issuer?: string;
  /** As DICOM writes names: `Müller^Anna`. */
  readonly patientName?: string;
  /** `YYYYMMDD`. */
  readonly birthDate?: string;
  readonly sex?: string;
  readonly accession?: string;
  /** The order's, or a new one. */
  readonly studyUid?: string;
  readonly seriesUid?: string;
  readonly sopUid?: string;
  readonly modality?: string;
  readonly instanceNumber?: number;
  readonly seriesNumber?: number;
  readonly studyDescription?: string;
  /** `YYYYMMDD` and `HHMMSS`. */
  readonly studyDate?: string;
  readonly studyTime?: string;
  /** Pixels of a side. */
  readonly side?: number;
  readonly more?: readonly DataElement[];
}

/** Secondary Capture. https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_B.5.html */
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';

/** A UID made of a UUID. https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_B.2.html */
export function newUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`)}`;
}

/** A DICOM file: a grey ramp from left to right with a white square in its upper left quarter, 8 bits a pixel. */
export function sampleImage(image: SampleImage): Buffer {
  const side = image.side ?? 64;
  const text = (tag: number, vr: string, value: string | undefined): readonly DataElement[] =>
    value === undefined ? [] : [{ tag, vr, value }];
  return dicomFile([
    ...text(0x00080005, 'CS', 'ISO_IR 192'),
    ...text(0x00080016, 'UI', SECONDARY_CAPTURE),
    ...text(0x00080018, 'UI', image.sopUid ?? newUid()),
    ...text(0x00080020, 'DA', image.studyDate ?? '20260102'),
    ...text(0x00080030, 'TM', image.studyTime ?? '101500'),
    ...text(0x00080050, 'SH', image.accession ?? ''),
    ...text(0x00080060, 'CS', image.modality ?? 'DX'),
    ...text(0x00080064, 'CS', 'WSD'),
    ...text(0x00080090, 'PN', ''),
    ...text(0x00081030, 'LO', image.studyDescription),
    ...text(0x00100010, 'PN', image.patientName ?? 'Sample^Image'),
    ...text(0x00100020, 'LO', image.patientId),
    ...text(0x00100021, 'LO', image.issuer),
    ...text(0x00100030, 'DA', image.birthDate ?? ''),
    ...text(0x00100040, 'CS', image.sex ?? ''),
    ...text(0x0020000d, 'UI', image.studyUid ?? newUid()),
    ...text(0x0020000e, 'UI', image.seriesUid ?? newUid()),
    ...text(0x00200010, 'SH', '1'),
    ...text(0x00200011, 'IS', String(image.seriesNumber ?? 1)),
    ...text(0x00200013, 'IS', String(image.instanceNumber ?? 1)),
    { tag: 0x00280002, vr: 'US', value: 1 },
    { tag: 0x00280004, vr: 'CS', value: 'MONOCHROME2' },
    { tag: 0x00280010, vr: 'US', value: side },
    { tag: 0x00280011, vr: 'US', value: side },
    { tag: 0x00280100, vr: 'US', value: 8 },
    { tag: 0x00280101, vr: 'US', value: 8 },
    { tag: 0x00280102, vr: 'US', value: 7 },
    { tag: 0x00280103, vr: 'US', value: 0 },
    { tag: 0x7fe00010, vr: 'OW', value: pixels(side) },
    ...(image.more ?? []),
  ]);
}

function pixels(side: number): Buffer {
  const grey = Buffer.alloc(side * side);
  const quarter = side / 4;
  const isSquare = (place: number): boolean => place >= quarter && place < quarter * 2;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      grey[row * side + column] =
        isSquare(row) && isSquare(column) ? 255 : Math.floor((column * 200) / Math.max(1, side - 1));
    }
  }
  return grey;
}
