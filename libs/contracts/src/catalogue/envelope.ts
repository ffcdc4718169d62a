import { cloudEvent } from '../cloud-event.js';
import { observedEvent } from '../observation.js';

/** The attributes that every event has. */
export const ENVELOPE = cloudEvent('', observedEvent.shape.data).omit({ data: true, type: true });
