/** `#sdk`: everything that modules and bots may import. No I/O of its own. */
export { fault, Fault, type Issue } from '../kernel/fault.ts';
export { addDecimals, compareDecimals, divideDecimals, multiplyDecimals, subtractDecimals } from '../kernel/decimal.ts';
export { canonicalText } from './canonical-text.ts';
export { decimalText, setDecimal } from './decimal-text.ts';
export { defineBot, type Bot, type BotContext, type BotEvent } from './bot.ts';
export {
  defineCdsService,
  type CdsAction,
  type CdsAnswer,
  type CdsCard,
  type CdsCoding,
  type CdsContext,
  type CdsRequest,
  type CdsService,
} from './cds-service.ts';
export type {
  Actor,
  Clinic,
  ClinicReader,
  ClinicTransaction,
  ModuleContext,
  Signed,
  TransactionEntry,
} from './clinic.ts';
export { defineFaults } from './faults.ts';
export type { EvaluateFhirPath, FhirPathOperand, FhirPathValue } from './fhirpath.ts';
export { defineHl7Map, type Hl7Map, type Hl7MapContext, type Hl7Message, type Hl7Segment } from './hl7-map.ts';
export {
  defineModule,
  type Contributes,
  type Module,
  type ModuleCode,
  type ModuleSetting,
  type Page,
} from './module.ts';
export {
  defineOperation,
  type Input,
  type ModuleOperation,
  type OperationAnswer,
  type OperationContext,
  type ParameterDefinition,
  type ParameterDefinitions,
} from './operation.ts';
export { defineProjection, type Image, type Projection, type ProjectionTables } from './projection.ts';
export { defineReport, type Report, type ReportColumn, type ReportRow } from './report.ts';
export type { AnyResource, ResourceOf, Stored, TypeName } from './resource.ts';
export { defineRule, type Change, type Rule, type RuleContext } from './rule.ts';
