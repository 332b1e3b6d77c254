import { OUTCOMES, type Outcome, type SessionRecord } from "../contract/feedback.js";
import { type Recorder, type RecorderTools, VISIT } from "./recorder.js";

const KEY = "feedback.draft";
const MAX_CONTEXT = 16;
const MAX_IMPRESSIONS = 20;

type ContextItem = SessionRecord["context"][number];
type ShownItem = SessionRecord["impressions"][number];

interface Draft {
  readonly last: number;
  readonly release: number;
  readonly context: readonly ContextItem[];
  readonly impressions: readonly ShownItem[];
}

const stronger = (a: Outcome, b: Outcome) => (OUTCOMES.indexOf(a) >= OUTCOMES.indexOf(b) ? a : b);

async function send(tools: RecorderTools, { context, impressions, release }: Draft): Promise<void> {
  if (context.length < 2 && !impressions.length) return tools.storage.set(KEY, undefined);
  const record = { kind: "session" as const, context: [...context], impressions: [...impressions] };
  await tools.enqueue(record, release, { remember: () => [KEY, undefined] });
}

/** The draft of this visit; one of an earlier visit is sent first. */
async function readDraft(tools: RecorderTools, release: number): Promise<Draft> {
  const draft = (await tools.storage.get(KEY)) as Draft | undefined;
  if (draft && tools.now - draft.last <= VISIT) return draft;
  if (draft) await send(tools, draft);
  return { last: tools.now, release, context: [], impressions: [] };
}

/** Another release ranks now, or there is no room: what is there goes as one record, and the next one begins. */
async function withRoom(tools: RecorderTools, release: number, full: (draft: Draft) => boolean): Promise<Draft> {
  const draft = await readDraft(tools, release);
  if ((draft.release === release || !draft.impressions.length) && !full(draft)) return { ...draft, release };
  await send(tools, draft);
  return { last: tools.now, release, context: [], impressions: [] };
}

const write = (tools: RecorderTools, draft: Draft) => tools.storage.set(KEY, { ...draft, last: tools.now });

/** Session mode (opt-in): one record for a stretch of a visit: the items in order, and what was shown. Sent at a purchase, when full, or after the visit. */
export const sessionRecorder: Recorder = {
  async impression(tools, { item, position, propensity, release }, outcome) {
    const known = (await readDraft(tools, release)).impressions.some((one) => one.item === item && one.position === position);
    const draft = await withRoom(tools, release, ({ impressions }) => !known && impressions.length >= MAX_IMPRESSIONS);
    const before = draft.impressions.find((one) => one.item === item && one.position === position);
    const shown: ShownItem = { item, outcome: before ? stronger(before.outcome, outcome) : outcome, position, propensity };
    await write(tools, { ...draft, impressions: [...draft.impressions.filter((one) => one !== before), shown] });
  },
  async interaction(tools, item, _context, event, release) {
    const draft = await withRoom(tools, release, ({ context }) => context.length >= MAX_CONTEXT);
    const last = draft.context.at(-1);
    const context = last?.item === item && last.event === event ? draft.context : [...draft.context, { item, event }];
    const impressions = draft.impressions.map((one) =>
      one.item === item && one.outcome !== "ignored" && one.outcome !== "dismissed" ? { ...one, outcome: stronger(one.outcome, event) } : one,
    );
    const next = { ...draft, context, impressions };
    if (event === "purchase") await send(tools, next);
    else await write(tools, next);
  },
  async settle(tools, release) {
    await readDraft(tools, release);
  },
};
