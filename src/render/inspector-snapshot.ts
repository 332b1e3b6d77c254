import type { Change, LedgerEntry, Presently, Status } from "../contract/client.js";
import type { Consent } from "../contract/consent.js";
import type { ItemMap, PersonaState } from "../contract/engine.js";
import type { PresentlyEvent } from "../contract/events.js";
import type { Ranking } from "../contract/ranking.js";

/** Everything a section may show, as of one frame. What could not be had is null. */
export interface Snapshot {
  readonly events: readonly PresentlyEvent[];
  readonly persona: PersonaState | null;
  /** Earlier places of the persona on the map, oldest first, the present one last. */
  readonly trail: readonly (readonly [number, number])[];
  readonly map: ItemMap | null;
  /** The newest ranking of each kind. */
  readonly rankings: readonly Ranking[];
  readonly ledger: readonly LedgerEntry[] | null;
  readonly ledgerRead: boolean;
  readonly status: Status | null;
  readonly consent: Consent;
  /** An item's title where one was seen, else its id. */
  readonly title: (itemId: string) => string;
}

export interface Section {
  readonly element: HTMLElement;
  render(snapshot: Snapshot): void;
}

const TRAIL = 24;

/** What the client said since the page opened, kept whether or not the panel is open: references only, nothing is drawn. */
export interface Memory {
  persona: PersonaState | null;
  trail: (readonly [number, number])[];
  map: ItemMap | null;
  readonly rankings: Map<string, Ranking>;
  readonly titles: Map<string, string>;
  readonly moved: (persona: PersonaState) => void;
}

export function remember(client: Presently, changed: () => void): Memory {
  const memory: Memory = { persona: null, trail: [], map: null, rankings: new Map(), titles: new Map(), moved };
  let release = -1;
  function moved(persona: PersonaState): void {
    memory.persona = persona;
    // Another release has other axes: its places are not comparable.
    if (persona.release !== release) {
      memory.trail = [];
      memory.map = null;
    }
    release = persona.release;
    for (const token of persona.tokens) if (token.kind === "item") memory.titles.set(token.value, token.label);
    const last = memory.trail.at(-1);
    if (!persona.position) memory.trail = [];
    else if (!last || last[0] !== persona.position[0] || last[1] !== persona.position[1]) memory.trail = [...memory.trail, persona.position].slice(-TRAIL);
  }
  const learn = (change: Change): void => {
    if (change.type === "persona") moved(change.persona);
    else if (change.type === "release") memory.map = null;
    else if (change.type === "ranking") {
      memory.rankings.delete(change.ranking.kind);
      memory.rankings.set(change.ranking.kind, change.ranking);
      for (const item of change.ranking.items) memory.titles.set(item.item_id, item.title);
    } else if (change.type === "session") {
      for (const item of change.event.items ?? []) if (item.item_name) memory.titles.set(item.item_id, item.item_name);
    }
  };
  client.subscribe((change) => {
    try {
      learn(change);
      changed();
    } catch {
      // One odd change must not reach the page; the next one draws again.
    }
  });
  return memory;
}

/** A call that may fail leaves null, and the panel says what it lacks. */
export const orNull = async <T>(call: () => Promise<T> | T): Promise<T | null> => {
  try {
    return await call();
  } catch {
    return null;
  }
};
