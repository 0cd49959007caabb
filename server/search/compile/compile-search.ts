/** Search trees as SQL. What each part of a tree becomes: filter.ts; how its rows are found: page-rows.ts, source.ts. */
export { compileBatch } from './batch.ts';
export { compileCount, compileEstimate } from './count.ts';
export { compileContainedCount, compileContainedPage } from './contained-page.ts';
export { compileIncludes } from './include.ts';
export { compilePage } from './page.ts';
export type { CompileContext } from './scope.ts';
export type { CompiledPage, Position } from './sorted-page.ts';
export { noteUsed } from './unused-slots.ts';
