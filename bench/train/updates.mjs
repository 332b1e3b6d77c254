import { endpoint } from "./demo.mjs";

const { simulateSessions } = await endpoint("simulate/sessions.js");
const { seededRandom, shuffle } = await endpoint("train/random.js");

const idsOf = ({ events }) => events.flatMap(({ items = [] }) => items.map(({ item_id }) => item_id));

/** The same sessions, every item after a session's first replaced by one that another session holds. */
function poisoned(sessions) {
  const later = sessions.map((session) => [...new Set(idsOf(session))].slice(1));
  const pool = later.flat();
  const order = Int32Array.from(pool.keys());
  shuffle(order, seededRandom(666));
  let at = 0;
  return sessions.map(({ events, ...rest }, s) => {
    const other = new Map(later[s].map((id) => [id, pool[order[at++]]]));
    return {
      ...rest,
      events: events.map(({ items, ...event }) => ({
        ...event,
        ...(items && { items: items.map(({ item_id }) => ({ item_id: other.get(item_id) ?? item_id })) }),
      })),
    };
  });
}

/** The session as it was when the shop did not have these items. */
function without({ events, ignored, ...rest }, absent) {
  return {
    ...rest,
    events: events.filter(({ items = [] }) => !items.some(({ item_id }) => absent.has(item_id))),
    ignored: ignored.filter(({ item_id }) => !absent.has(item_id)),
  };
}

/**
 * What may happen between one release and the next. Each: the shop's items and sessions `before`, the sessions that are fed back, `later`, and
 * the held-out ones that come after them, `test`; `added`: ids that are new in the catalogue.
 */
export function updatesOf(items, { before, later, test, seed = 1 }) {
  const all = [...simulateSessions(items, { sessions: before + later + test, seed })];
  const first = all.slice(0, before);
  const next = all.slice(before, before + later);
  const last = all.slice(-test);
  const none = new Set();
  const order = Int32Array.from(items, (_, row) => row);
  shuffle(order, seededRandom(10));
  const added = new Set(Array.from(order.subarray(0, Math.round(items.length / 10)), (row) => items[row].item_id));
  return {
    same: () => ({ items, first, next, test: last, added: none }),
    "new items": () => ({
      items: items.filter(({ item_id }) => !added.has(item_id)),
      first: first.map((session) => without(session, added)).filter(({ events }) => events.length > 0),
      next,
      test: last,
      added,
    }),
    // Other shoppers in a shop where other things are good, and go together.
    drift: () => {
      const start = first.at(-1).time + 1;
      const drifted = [...simulateSessions(items, { sessions: later + test, seed: seed + 1, world: 2, start })];
      return { items, first, next: drifted.slice(0, later), test: drifted.slice(-test), added: none };
    },
    poisoned: () => ({ items, first, next: poisoned(next), test: last, added: none }),
  };
}
