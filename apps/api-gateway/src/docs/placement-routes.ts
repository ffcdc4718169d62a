import type { z } from 'zod';
import { mergeBody, moveBody, splitBody } from '../correlator/command-bodies.js';
import { examples } from './examples.js';
import { changed, type Route } from './route.js';

/** What people decide about which alerts are one problem. */
export function placementRoutes(problem: z.ZodType): readonly Route[] {
  return [
    {
      method: 'post',
      path: '/api/v1/problems/{id}/merge',
      operationId: 'mergeProblem',
      summary: 'Merge a problem into another one',
      description:
        'The other one goes on, and is what is answered; this one is over and says so in `mergedInto`. The rules never take it apart again.',
      body: { schema: mergeBody, example: examples.merge, required: true },
      ...changed('problem', problem, examples.problem),
    },
    {
      method: 'post',
      path: '/api/v1/problems/{id}/split',
      operationId: 'splitProblem',
      summary: 'Make a problem of its own of some alerts',
      description: 'Answers the new problem. The rules never put the two together again.',
      body: { schema: splitBody, example: examples.split, required: true },
      ...changed('problem', problem, examples.problem),
    },
    {
      method: 'post',
      path: '/api/v1/problems/{id}/move',
      operationId: 'moveAlerts',
      summary: 'Move alerts to another problem',
      description: 'Answers the problem that they are part of then. The rules leave them there.',
      body: { schema: moveBody, example: examples.move, required: true },
      ...changed('problem', problem, examples.problem),
    },
  ];
}
