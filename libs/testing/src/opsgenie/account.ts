import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { createAlert, createIncident } from './bodies.js';

export interface Entry {
  readonly at: string;
  readonly by: string;
  readonly text: string;
}

export interface Incident {
  readonly id: string;
  readonly tinyId: string;
  message: string;
  description: string;
  status: 'open' | 'resolved' | 'closed';
  priority: string;
  tags: string[];
  readonly details: Record<string, string>;
  readonly responders: readonly unknown[];
  readonly impactedServices: readonly string[];
  readonly createdAt: string;
  updatedAt: string;
  readonly timeline: Entry[];
}

export interface Alert {
  readonly id: string;
  readonly tinyId: string;
  readonly alias: string;
  readonly message: string;
  readonly description: string;
  status: 'open' | 'closed';
  acknowledged: boolean;
  priority: string;
  tags: string[];
  readonly details: Readonly<Record<string, string>>;
  count: number;
  lastOccurredAt: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly notes: Entry[];
}

/** What became of a write that was accepted. */
export interface Processed {
  readonly action: string;
  readonly isSuccess: boolean;
  readonly status: string;
  readonly id: string;
  readonly alias?: string;
  readonly processedAt: string;
}

/** Incidents and alerts of one account. */
export class Account {
  readonly incidents: Incident[] = [];
  readonly alerts: Alert[] = [];
  private readonly listeners = new Set<() => void>();
  private numbered = 0;

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  restore(kept: { readonly incidents?: readonly Incident[]; readonly alerts?: readonly Alert[] }): void {
    this.incidents.push(...(kept.incidents ?? []));
    this.alerts.push(...(kept.alerts ?? []));
    this.numbered = this.incidents.length + this.alerts.length;
  }

  clear(): void {
    this.incidents.length = 0;
    this.alerts.length = 0;
  }

  incident(identifier: string, type = 'id'): Incident | undefined {
    return this.incidents.find((each) => (type === 'tiny' ? each.tinyId : each.id) === identifier);
  }

  /** By alias only the open one is reached. */
  alert(identifier: string, type = 'id'): Alert | undefined {
    if (type === 'alias')
      return this.alerts.find((each) => each.alias === identifier && each.status === 'open');
    return this.alerts.find((each) => (type === 'tiny' ? each.tinyId : each.id) === identifier);
  }

  createIncident(body: z.infer<typeof createIncident>): Incident {
    const now = new Date().toISOString();
    this.numbered += 1;
    const services = [
      ...(body.impactedServices ?? []),
      ...(body.serviceId === undefined ? [] : [body.serviceId]),
    ];
    const incident: Incident = {
      id: randomUUID(),
      tinyId: String(this.numbered),
      message: body.message,
      description: body.description ?? '',
      status: 'open',
      priority: body.priority,
      tags: [...(body.tags ?? [])],
      details: { ...body.details },
      responders: body.responders ?? [],
      impactedServices: services,
      createdAt: now,
      updatedAt: now,
      timeline: [{ at: now, by: 'API', text: 'Incident created' }],
    };
    if (body.note !== undefined) incident.timeline.push({ at: now, by: 'API', text: body.note });
    this.incidents.push(incident);
    this.changed();
    return incident;
  }

  /** One open alert an alias: a repeat is counted. */
  createAlert(body: z.infer<typeof createAlert>): Alert {
    const now = new Date().toISOString();
    const known = body.alias === undefined ? undefined : this.alert(body.alias, 'alias');
    if (known !== undefined) {
      known.count += 1;
      known.lastOccurredAt = now;
      this.changed();
      return known;
    }
    this.numbered += 1;
    const id = `${randomUUID()}-${Date.now()}`;
    const alert: Alert = {
      id,
      tinyId: String(this.numbered),
      alias: body.alias ?? id,
      message: body.message,
      description: body.description ?? '',
      status: 'open',
      acknowledged: false,
      priority: body.priority,
      tags: [...(body.tags ?? [])],
      details: { ...body.details },
      count: 1,
      lastOccurredAt: now,
      createdAt: now,
      updatedAt: now,
      notes: [],
    };
    this.alerts.push(alert);
    this.changed();
    return alert;
  }

  /** open to resolved to closed; reopen leads back. False: it is not in a state for that. */
  move(incident: Incident, to: 'resolve' | 'close' | 'reopen', by: string, note?: string): boolean {
    const from = { resolve: ['open'], close: ['open', 'resolved'], reopen: ['resolved', 'closed'] }[to];
    if (!from.includes(incident.status)) return false;
    incident.status = ({ resolve: 'resolved', close: 'closed', reopen: 'open' } as const)[to];
    this.tell(incident, by, `${to}d`.replace('reopend', 'reopened'));
    if (note !== undefined && note !== '') this.tell(incident, by, note);
    return true;
  }

  tell(incident: Incident, by: string, text: string): void {
    const at = new Date().toISOString();
    incident.timeline.push({ at, by, text });
    incident.updatedAt = at;
    this.changed();
  }
}
