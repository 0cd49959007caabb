/** What other modules may use of the stock: `#modules/supply`. */
export { ACCOUNTS, TRANSIT } from './accounts.ts';
export { allocate, availability, type PlannedLot, type StockPlan, type StockWish } from './allocation.ts';
export { inBaseUnits } from './base-units.ts';
export { lotByBarcode, productIdOf, productOf, type ScannedLot } from './find-product.ts';
export { parseGs1, type Gs1 } from './gs1.ts';
export { addDays, localDay } from './local-day.ts';
export { lotIn, type Lot, type LotStatus } from './lot.ts';
export { movementIn, type Movement } from './movement.ts';
export type { MovementType } from './movement-type.ts';
export { stockOnHand, type StockLevel, type StockQuestion } from './on-hand.ts';
export { deliveryOf, post, type NewMovement } from './post.ts';
export { productIn, type Pack, type Product } from './product.ts';
export type { StockReader } from './stock-tables.ts';
