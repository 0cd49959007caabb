import type { ModuleCode } from '#sdk';
import { derivedVitals } from './bots/derived-vitals.ts';
import { signedNote } from './bots/signed-note.ts';
import { uncodedAllergy } from './bots/uncoded-allergy.ts';
import { unsignedNote } from './bots/unsigned-note.ts';
import { amend } from './operations/amend.ts';
import { document } from './operations/document.ts';
import { extract } from './operations/extract.ts';
import { lastn } from './operations/lastn.ts';
import { noteTemplate } from './operations/note-template.ts';
import { populate } from './operations/populate.ts';
import { sign } from './operations/sign.ts';
import { stats } from './operations/stats.ts';
import { summary } from './operations/summary.ts';
import { verifySignature } from './operations/verify-signature.ts';
import { allergyConsistency } from './rules/allergy-consistency.ts';
import { doseOnceADay } from './rules/dose-once-a-day.ts';
import { finalNote } from './rules/final-note.ts';
import { signatureKept } from './rules/signature-kept.ts';
import { vitalSignPlausible } from './rules/vital-sign-plausible.ts';

export const code: ModuleCode = {
  rules: [allergyConsistency, doseOnceADay, finalNote, signatureKept, vitalSignPlausible],
  operations: [amend, document, extract, lastn, noteTemplate, populate, sign, stats, summary, verifySignature],
  bots: [derivedVitals, signedNote, uncodedAllergy, unsignedNote],
};
