import type { PersonaExport } from "./contract/client.js";
import { PresentlyError } from "./contract/errors.js";
import { type PresentlyEvent, parseEvent } from "./contract/events.js";
import { IDLE } from "./session/index.js";

const FORMAT = "presently.persona/1";

/** The persona is its session: what the shopper takes along is the events, and any release makes a persona of them. */
export function exportPersona(events: readonly PresentlyEvent[], now: number): PersonaExport {
  return { format: FORMAT, created: new Date(now).toISOString(), events };
}

/** @throws PresentlyError `persona/invalid` or `event/invalid` */
export function importPersona(data: unknown, now: number): PresentlyEvent[] {
  const { format, events } = (data ?? {}) as Partial<PersonaExport>;
  if (format !== FORMAT || !Array.isArray(events))
    throw new PresentlyError("persona/invalid", `This is not an exported persona: expected { format: "${FORMAT}", events: [ … ] }`);
  const read = events.map((event) => parseEvent(event, now));
  // An older session becomes the current one: its gaps stay.
  const late = now - Math.max(...read.map(({ time }) => time));
  const shift = late > IDLE || late < 0 ? late : 0;
  return read.map((event) => ({ ...event, time: event.time + shift }));
}
