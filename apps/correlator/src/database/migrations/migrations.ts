import { FirstLine1764000000000 } from './1764000000000-first-line.js';
import { IncidentsAndClusters1764090000000 } from './1764090000000-incidents-and-clusters.js';

/** In their order. */
export const migrations = [FirstLine1764000000000, IncidentsAndClusters1764090000000] as const;
