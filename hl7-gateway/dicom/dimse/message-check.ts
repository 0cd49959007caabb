import type { DataSet } from './data-set.ts';
import type { MessagePart } from './pdu-gate.ts';
import { parseDataSet } from './parse-data-set.ts';
import { readDataSet } from './read-data-set.ts';

/** A service of one SOP class, as it was agreed on. */
export interface AgreedContext {
  readonly isExplicit: boolean;
  /** Command fields that it may bring: https://dicom.nema.org/medical/dicom/current/output/chtml/part07/chapter_E.html */
  readonly commands: readonly number[];
}

const NO_DATA_SET = 0x0101;
const WITHOUT_DATA_SET: readonly number[] = [0x0030, 0x0fff];

const AFFECTED_CLASS = 0x0002;
const COMMAND_FIELD = 0x0100;
const MESSAGE_ID = 0x0110;
const ANSWERED_ID = 0x0120;
const DATA_SET_TYPE = 0x0800;

/**
 * Whether parts of messages follow each other as DIMSE has them: a command that its context allows, with a number, then its data set
 * where it has one.
 * @param contexts agreed on by now, by id
 * @param onDataSet given each data set, before its message is handed over
 * @returns a function that is asked part by part
 */
export function messageCheck(
  contexts: ReadonlyMap<number, AgreedContext>,
  onDataSet: (set: DataSet) => void,
): (part: MessagePart) => boolean {
  /** Of the command whose data set is to come. */
  let awaited: number | undefined;
  return ({ isCommand, context, bytes }) => {
    const agreed = contexts.get(context);
    if (agreed === undefined || isCommand !== (awaited === undefined)) return false;
    if (!isCommand) {
      const elements = awaited === context ? parseDataSet(bytes, agreed.isExplicit) : undefined;
      awaited = undefined;
      if (elements !== undefined) onDataSet(readDataSet(elements));
      return elements !== undefined;
    }
    if (parseDataSet(bytes, false) === undefined) return false;
    const command = numbersOf(bytes);
    const field = command?.get(COMMAND_FIELD);
    if (command === undefined || field === undefined || !agreed.commands.includes(field)) return false;
    const hasDataSet = command.get(DATA_SET_TYPE) !== NO_DATA_SET;
    if (hasDataSet === WITHOUT_DATA_SET.includes(field)) return false;
    if (command.get(field === 0x0fff ? ANSWERED_ID : MESSAGE_ID) === undefined) return false;
    if (hasDataSet) awaited = context;
    return true;
  };
}

/** Elements of two bytes, by element number; undefined where it is no command. */
function numbersOf(bytes: Buffer): ReadonlyMap<number, number> | undefined {
  const found = new Map<number, number>();
  for (let at = 0; at < bytes.length;) {
    const [group, element, length] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2), bytes.readUInt32LE(at + 4)];
    const isText = element <= 0x1001 && element >= AFFECTED_CLASS;
    if (group !== 0 || length > 1024 || (!isText && length > 64)) return undefined;
    if (length === 2) found.set(element, bytes.readUInt16LE(at + 8));
    at += 8 + length;
  }
  return found;
}
