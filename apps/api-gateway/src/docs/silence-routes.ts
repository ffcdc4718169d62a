import { silence as silenceSchema, silencePreview, silenceView } from '@gomon/contracts';
import { z } from 'zod';
import {
  createSilenceBody,
  listSilencesParameters,
  previewBody,
  updateSilenceBody,
} from '../silences/silence-bodies.js';
import { reasonBody } from '../correlator/command-bodies.js';
import { examples } from './examples.js';
import { answered, changed, nextCursor, QUERY_ERRORS, type Route } from './route.js';

const kept = silenceSchema.meta({ id: 'Silence', description: 'What is not told, when, and why.' });
const view = silenceView.meta({ id: 'SilenceView', description: 'A silence, and what it has muted.' });
const preview = silencePreview.meta({ id: 'SilencePreview' });
const errors = [...changed('silence', kept, examples.silence).errors, 422];
const stored = changed('silence', kept, examples.silence).answers[202];
const lookedAt = {
  description: 'The silence, and what one should know of it: that a P0 is among what it mutes, or too much.',
  schema: view,
  example: examples.silenceView,
};

/** Silences: snoozes and maintenance windows too. */
export const silenceRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/api/v1/silences',
    operationId: 'listSilences',
    summary: 'List silences, the newest first',
    description: 'With what each has muted, and warnings of those that mute nothing, or too much.',
    query: listSilencesParameters,
    pages: true,
    answers: answered(
      'A page.',
      z.object({ items: z.array(view), nextCursor }).meta({ id: 'Silences' }),
      examples.silencesPage,
    ),
    errors: QUERY_ERRORS,
  },
  {
    method: 'post',
    path: '/api/v1/silences',
    operationId: 'createSilence',
    summary: 'Create a silence',
    description:
      'By matchers, or of one alert or of the alert of a problem. It ends at a time, after a while, with its alert, or comes back in windows.',
    body: { schema: createSilenceBody, example: examples.createSilence, required: true },
    ...changed('silence', kept, examples.silence),
    answers: { 201: lookedAt, 202: stored },
    errors,
  },
  {
    method: 'post',
    path: '/api/v1/silences/preview',
    operationId: 'previewSilence',
    summary: 'What a silence would mute of what is open now',
    body: { schema: previewBody, example: examples.previewSilence, required: true },
    answers: answered('What matches.', preview, examples.silencePreview),
    errors: [...QUERY_ERRORS, 413, 415],
  },
  {
    method: 'get',
    path: '/api/v1/silences/{id}',
    operationId: 'getSilence',
    summary: 'One silence',
    answers: answered('The silence.', view, examples.silenceView),
    errors: [...QUERY_ERRORS, 404],
  },
  {
    method: 'put',
    path: '/api/v1/silences/{id}',
    operationId: 'updateSilence',
    summary: 'Change a silence that is not over',
    description: 'What is left out stays as it is.',
    body: { schema: updateSilenceBody, example: examples.updateSilence, required: true },
    ...changed('silence', kept, examples.silence),
    answers: { 200: lookedAt, 202: stored },
    errors,
  },
  {
    method: 'delete',
    path: '/api/v1/silences/{id}',
    operationId: 'expireSilence',
    summary: 'End a silence now',
    description: 'What it kept back and still fires is told then. The silence stays in the list.',
    body: { schema: reasonBody, example: examples.reason, required: false },
    ...changed('silence', kept, examples.silence),
  },
];
