import type { PresentlyEvent } from "./contract/events.js";
import type { Ranking, RankingRequest, RankingRequestInput, Reason } from "./contract/ranking.js";
import { needsRules, parsePlainRequest } from "./contract/request.js";
import type { ShopRule } from "./contract/rules.js";
import type { EngineParts } from "./engine.js";
import { loadRules } from "./engine-files.js";
import type { Live } from "./engine-live.js";
import { inTime } from "./patience.js";
import { type EncodedSession, pageContext } from "./persona/context.js";
import { createRanker, type Pages, type Ranker } from "./rank/index.js";
import { sessionFacts } from "./session/facts.js";

/** What a ranking follows besides the release. */
export interface Moment {
  readonly events: readonly PresentlyEvent[];
  readonly session: EncodedSession;
  /** The shop's own rules; they come before those of the release. */
  readonly shopRules: readonly ShopRule[];
  /** What the lists before it have shown. */
  readonly pages: Pages;
  /** Default of `recommend`'s own option. */
  readonly explore: number;
  readonly parts: EngineParts;
}

/** Of a page that nothing is known of, or that cannot have persona.js. */
const COLD = { persona: null, confidence: 0, tokens: [], seen: [], boosts: new Map<number, number>() };

export const parsedRequest = async (input: RankingRequestInput): Promise<RankingRequest> =>
  needsRules(input) ? (await loadRules()).parseRankingRequest(input) : parsePlainRequest(input);

/** The request with all rules, and a ranker that knows them. */
async function withRules(
  input: RankingRequestInput,
  { loaded, kernel, ranker, ruled, rules }: Live,
  { shopRules, events }: Moment,
): Promise<{ request: RankingRequest; ranker: Ranker }> {
  const own = await parsedRequest(input);
  const shop = own.rules === false ? [] : [...shopRules, ...rules];
  if (shop.length === 0 && !needsRules(own)) return { request: own, ranker };
  const { createRuleSteps, withShopRules } = await loadRules();
  ruled.value ??= createRanker(loaded.shard, kernel, createRuleSteps(loaded.shard, kernel));
  return { request: withShopRules(own, shop, pageContext(events)), ranker: ruled.value };
}

/**
 * Ranks one release's items, with their cards and reasons. No release is a state of the shop's host, not the caller's mistake: an empty list, and
 * why in status().problems.
 * @throws PresentlyError `rank/invalid` and others of the request
 */
export async function rankRelease(input: RankingRequestInput, live: Live | null, moment: Moment): Promise<Omit<Ranking, "milliseconds">> {
  const { events, session, pages } = moment;
  const { random, date = Date.now, patience } = moment.parts;
  const random32 = () => Math.floor(random() * 2 ** 32);
  const id = Array.from({ length: 4 }, () => random32().toString(16).padStart(8, "0")).join("");
  if (!live) return { id, kind: (await parsedRequest(input)).kind, release: 0, candidates: 0, items: [] };
  const { request, ranker } = await withRules(input, live, moment);
  const { loaded, identifier, mind, words, release, partitions } = live;
  const { shard, card } = loaded;
  const named = identifier.events(events);
  const { itemId, excludeIds } = request;
  const ruled = {
    ...request,
    ...(itemId !== undefined && { itemId: identifier.id(itemId) }),
    ...(excludeIds && { excludeIds: excludeIds.map(identifier.id) }),
  };
  const facts = sessionFacts(named, date());
  const before = pages.before(ruled.after);
  const { search } = ruled;
  const text = search?.trim() && words ? await words() : null;
  const { temperature, neighbourWeight } = loaded.encoder.config;
  const { category } = pageContext(named);
  const { candidates, items, relevance, fallback } = ranker.rank(
    {
      ...ruled,
      explore: ruled.explore ?? (ruled.kind === "recommend" ? moment.explore : 0),
      ...(ruled.kind === "complement" && { itemIds: ruled.itemIds ?? [...facts.cart] }),
    },
    {
      ...COLD,
      ...mind?.rankContext(session, loaded),
      temperature,
      neighbourWeight,
      ...(category !== undefined && { category }),
      random,
      session: facts,
      shown: before.map((item) => shard.row(item)).filter((row) => row >= 0),
      ...(mind &&
        search?.trim() && {
          search: { term: search, words: mind.tokenize(search), vector: text && mind.queryVector(text, search), wordsOf: mind.tokenize },
        }),
    },
  );
  // The ranker knows ids, the cards their titles.
  const titled = (reason: Reason): Reason => {
    const row = reason.item_id === undefined || reason.label ? -1 : shard.row(reason.item_id);
    return row < 0 ? reason : { ...reason, label: card(row).title };
  };
  // What cannot be shown is no recommendation: a card that cannot be had is told in status().problems.
  const there = partitions && (await inTime(partitions.cards(items.map(({ row }) => shard.id(row))), patience));
  const shown = partitions ? items.filter(({ row }, i) => there?.[i] || card(row).title !== "") : items;
  const ranked = shown.map(({ row, ...item }) => ({ ...card(row), ...item, reason: titled(item.reason) }));
  pages.remember(
    id,
    before,
    ranked.map(({ item_id }) => item_id),
  );
  return { id, kind: ruled.kind, release: release.version, candidates, items: ranked, relevance, ...(fallback !== undefined && { fallback }) };
}
