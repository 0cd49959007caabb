import { isObject } from '../../kernel/json.ts';
import { isUseNoted } from '../registry/noted-slots.ts';
import type { Slot } from '../registry-types.ts';
import { dateOf } from './date-values.ts';
import { numberOf, quantityOf } from './quantity-values.ts';
import type { ReferenceReader } from './reference-target.ts';
import { canonicalForms, referencesOf } from './reference-values.ts';
import type { RowWriter } from './row-writer.ts';
import { stringsOf } from './string-values.ts';
import { ofTypeTexts, tokensOf } from './token-values.ts';
import { textOf, type IndexedValue } from './values.ts';

/** Writes the rows of one value of a slot. */
export type ValueWriter = (found: IndexedValue, writer: RowWriter) => void;

/** Slots that are filled while another one is read. */
export interface Companions {
  readonly ofType?: Slot;
  readonly identifier?: Slot;
  readonly presence: readonly { readonly slot: Slot; readonly targetType?: string; readonly system?: string }[];
}

export function valueWriter(slot: Slot, companions: Companions, reader: ReferenceReader): ValueWriter {
  const { id } = slot;
  switch (slot.kind) {
    case 'token':
      return tokenWriter(slot, companions);
    case 'ref':
      return refWriter(id, companions, reader);
    case 'date':
      return (found, writer) => {
        const range = dateOf(found);
        if (range !== undefined) writer.date(writer.hasher.slotKey(id), range);
      };
    case 'quantity':
    case 'number': {
      const read = slot.kind === 'number' ? numberOf : quantityOf;
      return (found, writer) => {
        const value = read(found);
        if (value !== undefined) writer.quantity(writer.hasher.slotKey(id), value);
      };
    }
    case 'string':
      return (found, writer) => {
        for (const text of stringsOf(found)) writer.string(writer.hasher.slotKey(id), text);
      };
    case 'uri':
      return ({ value }, writer) => {
        if (typeof value === 'string') for (const text of canonicalForms(value)) writer.uri(id, text);
      };
    case 'position':
      return ({ value }, writer) => {
        if (!isObject(value)) return;
        const { latitude, longitude } = value;
        if (typeof latitude !== 'number' || typeof longitude !== 'number') return;
        writer.position(writer.hasher.slotKey(id), latitude, longitude);
      };
  }
}

function tokenWriter(slot: Slot, { ofType, presence }: Companions): ValueWriter {
  const { id } = slot;
  const isNoted = isUseNoted(slot);
  const plain: ValueWriter = (found, writer) => {
    for (const token of tokensOf(found)) writer.token(writer.hasher.key(id, token.code), token.system);
    if (isNoted) writer.noteUse(id);
  };
  if (ofType === undefined && presence.length === 0) return plain;
  return (found, writer) => {
    plain(found, writer);
    const system = isObject(found.value) ? textOf(found.value, 'system') : undefined;
    for (const bit of presence) if (bit.system === system) writer.markPresent(bit.slot.ordinal);
    if (ofType === undefined) return;
    for (const text of ofTypeTexts(found)) writer.token(writer.hasher.key(ofType.id, text), undefined);
  };
}

function refWriter(id: number, { identifier, presence }: Companions, reader: ReferenceReader): ValueWriter {
  return (found, writer) => {
    for (const target of referencesOf(found, reader)) {
      writer.ref(writer.hasher.key(id, target.text), target.text);
      for (const bit of presence) if (bit.targetType === target.type) writer.markPresent(bit.slot.ordinal);
    }
    const { value } = found;
    if (identifier === undefined || !isObject(value) || !isObject(value.identifier)) return;
    for (const token of tokensOf({ value: value.identifier, type: 'Identifier', parent: value, key: 'identifier' })) {
      writer.token(writer.hasher.key(identifier.id, token.code), token.system);
    }
  };
}
