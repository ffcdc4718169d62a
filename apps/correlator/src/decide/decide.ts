import type { Changes } from './changes.js';
import { decideCommand, type CommandInput } from './decide-command.js';
import { decideObservation } from './decide-observation.js';
import { decideSnapshot, type SnapshotInput } from './decide-snapshot.js';
import { decideTick, type TickInput } from './decide-tick.js';
import type { ObservationInput } from './episode.js';
import { heardHeartbeats, heardSnapshot } from './heartbeats.js';
import type { Rules } from './rules.js';
import type { State } from './state.js';

export type Input = ObservationInput | SnapshotInput | CommandInput | TickInput;

/** What an input came from, as the audit names it. */
export function causeOf(input: Input): string {
  switch (input.kind) {
    case 'observation':
    case 'snapshot':
      return `report:${input.reportId}`;
    case 'command':
      return `command:${input.command.id}`;
    case 'tick':
      return `tick:${input.target.kind}:${input.target.id}:${input.watermark}`;
  }
}

/** The one decision function: what an input changes, and why. Pure: the same arguments give the same changes. */
export function decide(state: State, input: Input, rules: Rules, now: string): Changes {
  switch (input.kind) {
    case 'observation':
      return heardHeartbeats(state, input, rules, now) ?? decideObservation(state, input, rules, now);
    case 'snapshot':
      return heardSnapshot(state, input, decideSnapshot(state, input, now), rules, now);
    case 'command':
      return decideCommand(state, input, rules, now);
    case 'tick':
      return decideTick(state, input, rules, now);
  }
}
