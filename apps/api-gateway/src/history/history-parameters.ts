import { historyCursor } from '@gomon/contracts';
import { z } from 'zod';
import { page, time } from '../http/query-parameters.js';

export const historyParameters = z.strictObject({
  since: time('Decided then or later: RFC 3339.'),
  until: time('Decided then or earlier: RFC 3339; absent: now.').optional(),
  problemId: z.uuid().meta({ description: 'What this problem consists of alone, and silences.' }).optional(),
  limit: page.limit,
  cursor: historyCursor.meta({ description: '`nextCursor` of the page before, as it is.' }).optional(),
});

export const boardParameters = z.strictObject({
  at: time('The time: RFC 3339.'),
});

export const topologyParameters = z.strictObject({
  part: z.coerce.number().int().min(0).default(0).meta({ description: 'Which part, counted from 0.' }),
});
