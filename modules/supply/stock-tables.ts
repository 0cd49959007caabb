import type { ProjectionTables } from '#sdk';

/** Name of the projection that holds the stock. */
export const TABLES_OF_STOCK = 'supply.stock';

/** Whatever can show tables of projections: operations, rules, reports, transactions. */
export interface StockReader {
  projection(name: string): Promise<ProjectionTables>;
}
