import type { ModuleCode } from '#sdk';
import { drugInteractionCheck } from './bots/drug-interaction-check.ts';
import { recheckAllergy } from './bots/recheck-allergy.ts';
import { recheckWeight } from './bots/recheck-weight.ts';
import { orderSelect } from './cds/order-select.ts';
import { orderSign } from './cds/order-sign.ts';
import { patientView } from './cds/patient-view.ts';
import { check } from './operations/check.ts';
import { checkDose } from './operations/check-dose.ts';
import { drugKnowledge } from './operations/drug-knowledge.ts';
import { importDrugRules } from './operations/import-drug-rules.ts';
import { substitutes } from './operations/substitutes.ts';
import { siteRules } from './projections/site-rules.ts';
import { activation } from './rules/activation.ts';
import { drugInUse } from './rules/drug-in-use.ts';
import { overrideKept } from './rules/override-kept.ts';
import { usableRule } from './rules/usable-rule.ts';

export const code: ModuleCode = {
  rules: [activation, drugInUse, overrideKept, usableRule],
  operations: [check, checkDose, drugKnowledge, importDrugRules, substitutes],
  projections: [siteRules],
  bots: [drugInteractionCheck, recheckAllergy, recheckWeight],
  cdsServices: [orderSelect, orderSign, patientView],
};
