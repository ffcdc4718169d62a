import { z } from 'zod';
import { cloudEvent } from './cloud-event.js';
import { problemView } from './problem.js';

export const incidentChange = z.object({ problem: problemView });
export type IncidentChange = z.infer<typeof incidentChange>;

/** A problem that is an incident has changed: its whole present state, for whoever mirrors incidents. */
export const incidentChangedEvent = cloudEvent('gomon.incident.v1.changed', incidentChange);
export type IncidentChangedEvent = z.infer<typeof incidentChangedEvent>;
