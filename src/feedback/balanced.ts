import { OUTCOMES, type Outcome, type PairRecord } from "../contract/feedback.js";
import { type Recorder, type RecorderTools, VISIT } from "./recorder.js";

/** Contribution cap: with it, pair counts plus noise hide a single shopper (see the README's privacy section). */
export const MAX_POSITIVE = 5;
/** Passed over or dismissed. */
export const MAX_NEGATIVE = 10;
const KEY = "feedback.visit";
const TRACKS = 40;

/** A record of this visit, so that a click which becomes a purchase is told once, as what it became, or as the same pair again. */
interface Track {
  readonly ranking: string | null;
  readonly release: number;
  readonly pair: PairRecord;
  /** Its number in the queue. */
  readonly seq: number;
}

interface Visit {
  readonly last: number;
  readonly positive: number;
  readonly negative: number;
  readonly tracks: readonly Track[];
}

const NEW: Omit<Visit, "last"> = { positive: 0, negative: 0, tracks: [] };
const rank = (outcome: Outcome) => OUTCOMES.indexOf(outcome);
const isPositive = (outcome: Outcome) => rank(outcome) >= rank("view");

async function readVisit({ storage, now }: RecorderTools): Promise<Visit> {
  const visit = (await storage.get(KEY)) as Visit | undefined;
  return visit && Array.isArray(visit.tracks) && now - visit.last <= VISIT ? visit : { ...NEW, last: now };
}

/** Records `pair`, or strengthens the record `known` of the same pair, within the visit's caps. */
async function note(tools: RecorderTools, visit: Visit, known: Track | undefined, ranking: string | null, release: number, pair: PairRecord): Promise<void> {
  let { positive, negative } = visit;
  if (known && rank(pair.outcome) <= rank(known.pair.outcome)) return;
  if (known && (await tools.withdraw(known.seq))) {
    if (isPositive(known.pair.outcome)) positive--;
    else negative--;
  }
  const room = isPositive(pair.outcome) ? positive++ < MAX_POSITIVE : negative++ < MAX_NEGATIVE;
  if (!room) return;
  const tracks = visit.tracks.filter((track) => track !== known);
  const remember = (seq: number) =>
    [KEY, { last: tools.now, positive, negative, tracks: [...tracks, { ranking, release, pair, seq }].slice(-TRACKS) } satisfies Visit] as const;
  await tools.enqueue(pair, release, { note: tools.note, remember });
}

/**
 * Balanced mode: single context → target pairs, at most five positive ones a visit. Nothing in a record joins it to another.
 * A shown item's record has its position and propensity, so that training can undo what the ranking preferred (IPS).
 */
export const balancedRecorder: Recorder = {
  async impression(tools, { ranking, release, item, position, propensity, context }, outcome) {
    const visit = await readVisit(tools);
    const known = visit.tracks.find((track) => track.ranking === ranking && track.pair.target === item);
    await note(tools, visit, known, ranking, release, { kind: "pair", context, target: item, outcome, position, propensity });
  },
  async interaction(tools, item, context, outcome, release) {
    const visit = await readVisit(tools);
    const known = visit.tracks.filter((track) => track.pair.target === item && isPositive(track.pair.outcome)).at(-1);
    // The first page of a visit has nothing before it: a view there says nothing about a pair.
    if (!known && outcome === "view" && context === null) return;
    const pair: PairRecord = known ? { ...known.pair, outcome } : { kind: "pair", context, target: item, outcome, position: null, propensity: null };
    await note(tools, visit, known, known?.ranking ?? null, known?.release ?? release, pair);
  },
  async settle() {},
};
