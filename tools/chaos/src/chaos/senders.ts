import type { RunningSystem } from '@gomon/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { grafanaBody, postGrafana, type WebhookAlert } from '../system/grafana.js';

/** What a sender knows of one alert: the last state that was accepted. */
export interface Expected {
  readonly name: string;
  readonly severity: string;
  status: 'firing' | 'resolved';
  startsAt: string;
}

/** How the deliveries went. */
export interface Deliveries {
  accepted: number;
  spooled: number;
  refused: number;
  unanswered: number;
}

/** The senders of a run: they try on until a delivery is accepted, and remember what was. */
export class Senders {
  readonly expected = new Map<string, Expected>();
  readonly deliveries: Deliveries = { accepted: 0, spooled: 0, refused: 0, unanswered: 0 };
  /** Answers other than 2xx and 503: load and outages must never look like the sender's fault. */
  readonly wrongAnswers: string[] = [];

  constructor(
    private readonly system: RunningSystem,
    /** Keeps the alerts of several runs apart. */
    private readonly run: string,
  ) {}

  /** Alerts of one webhook begin to fire. The severity is part of an alert's identity: a known alert keeps its own. */
  async fire(names: readonly string[], severity: string): Promise<void> {
    const startsAt = new Date().toISOString();
    await this.deliver(
      names.map((name) => ({
        name,
        severity: this.expected.get(name)?.severity ?? severity,
        status: 'firing',
        startsAt,
      })),
    );
  }

  /** The same states, once more. */
  async repeat(names: readonly string[]): Promise<void> {
    await this.deliver(names.flatMap((name) => this.expected.get(name) ?? []));
  }

  async resolve(names: readonly string[]): Promise<void> {
    const states = names.flatMap((name) => this.expected.get(name) ?? []);
    await this.deliver(states.map((state) => ({ ...state, status: 'resolved' })));
  }

  private async deliver(states: readonly Expected[]): Promise<void> {
    const body = grafanaBody(states.map((state) => this.alertOf(state)));
    while (!(await this.isAccepted(body))) await pause(100);
    for (const state of states) this.expected.set(state.name, state);
  }

  private async isAccepted(body: string): Promise<boolean> {
    try {
      await this.system.refresh();
      const response = await postGrafana(this.system, body);
      const answer = await response.text();
      if (response.ok) {
        this.deliveries.accepted += 1;
        if (response.status === 202) this.deliveries.spooled += 1;
        return true;
      }
      this.deliveries.refused += 1;
      if (response.status !== 503) this.wrongAnswers.push(`${response.status}: ${answer.slice(0, 300)}`);
    } catch {
      this.deliveries.unanswered += 1;
    }
    return false;
  }

  /** The first sender's alerts all speak of one thing, and become one problem; the others' have nothing to do with one another. */
  private textOf(name: string): string {
    return name.startsWith('S0-') ? `${name} of run ${this.run}` : `${name} is ill`;
  }

  private alertOf({ name, severity, status, startsAt }: Expected): WebhookAlert {
    return {
      status,
      labels: { alertname: name, severity, run: this.run },
      annotations: { summary: this.textOf(name) },
      startsAt,
      ...(status === 'resolved' ? { endsAt: new Date().toISOString() } : {}),
    };
  }
}
