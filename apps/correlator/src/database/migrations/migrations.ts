import { CommandsSayWhereTheyAreStored1764985000000 } from './1764985000000-commands-say-where-they-are-stored.js';
import { FirstLine1764000000000 } from './1764000000000-first-line.js';
import { GraphChanges1765166400000 } from './1765166400000-graph-changes.js';
import { IncidentsAndClusters1764090000000 } from './1764090000000-incidents-and-clusters.js';
import { IncidentsWait1765252800000 } from './1765252800000-incidents-wait.js';
import { ReportsShareMessages1764180000000 } from './1764180000000-reports-share-messages.js';
import { Rules1764270000000 } from './1764270000000-rules.js';
import { ColumnsByTheirNames1764540000000 } from './1764540000000-columns-by-their-names.js';
import { OutboxIsCompressed1764630000000 } from './1764630000000-outbox-is-compressed.js';
import { RuleMatches1764725000000 } from './1764725000000-rule-matches.js';
import { SilencesSayWhoseOnce1764815000000 } from './1764815000000-silences-say-whose-once.js';
import { ProblemsOfMany1764900000000 } from './1764900000000-problems-of-many.js';
import { Storms1765080000000 } from './1765080000000-storms.js';
import { TimeAndQuiet1764450000000 } from './1764450000000-time-and-quiet.js';
import { WhatPeoplePlaced1764990000000 } from './1764990000000-what-people-placed.js';
import { WhatPeopleDo1764360000000 } from './1764360000000-what-people-do.js';

/** In their order. */
export const migrations = [
  FirstLine1764000000000,
  IncidentsAndClusters1764090000000,
  ReportsShareMessages1764180000000,
  Rules1764270000000,
  WhatPeopleDo1764360000000,
  TimeAndQuiet1764450000000,
  ColumnsByTheirNames1764540000000,
  OutboxIsCompressed1764630000000,
  RuleMatches1764725000000,
  SilencesSayWhoseOnce1764815000000,
  ProblemsOfMany1764900000000,
  CommandsSayWhereTheyAreStored1764985000000,
  WhatPeoplePlaced1764990000000,
  Storms1765080000000,
  GraphChanges1765166400000,
  IncidentsWait1765252800000,
] as const;
