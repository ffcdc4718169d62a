import { board as boardSchema, decidesBy, readTopologyAnswer } from '@gomon/contracts';
import { z } from 'zod';
import { boardParameters, historyParameters, topologyParameters } from '../history/history-parameters.js';
import { examples } from './examples.js';
import { answered, nextCursor, QUERY_ERRORS, type Route } from './route.js';

/** As the events of NATS are: docs/reference/events.md says what they hold. */
const item = z
  .looseObject({ kind: z.enum(['report', 'command']), decidedAt: z.string() })
  .meta({ id: 'HistoryItem' });

const history = z
  .object({
    items: z.array(item),
    nextCursor,
    gone: z.number().int().meta({ description: 'So many of that time were decided and are stored no more.' }),
    storedFrom: z.string().meta({ description: 'When the first that is stored was decided.' }).optional(),
    decidesBy,
  })
  .meta({ id: 'History' });

/** What was, for those who try rules on it. */
export const historyRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/api/v1/board',
    operationId: 'readBoard',
    summary: 'What was open at a time',
    description:
      'By what the audit says; `unknown` says what that cannot tell. `gomon board` decides it anew where everything is stored still.',
    query: boardParameters,
    answers: answered('The problems, the worst first.', boardSchema.meta({ id: 'Board' }), examples.board),
    errors: QUERY_ERRORS,
  },
  {
    method: 'get',
    path: '/api/v1/history',
    operationId: 'readHistory',
    summary: 'What was decided about, as it came in',
    description:
      'Reports and commands in the order of the decisions. Not for viewers. With `problemId`, 410 when a part of it is no longer stored.',
    query: historyParameters,
    pages: true,
    answers: answered('A page.', history, examples.history),
    errors: [...QUERY_ERRORS, 403, 410],
  },
  {
    method: 'get',
    path: '/api/v1/cluster/topology',
    operationId: 'readTopology',
    summary: 'What runs on what',
    description: 'Part by part, as watchers have told last. Not for viewers.',
    query: topologyParameters,
    answers: answered(
      'One part, or null behind the last.',
      readTopologyAnswer.meta({ id: 'TopologyPart' }),
      examples.topology,
    ),
    errors: [...QUERY_ERRORS, 403],
  },
];
