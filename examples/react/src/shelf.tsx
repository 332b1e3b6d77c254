import type { RankedItem, Ranking } from "presently";
import { usePresently, useRecommendations } from "presently/react";
import { useEffect, useRef } from "react";
import { say } from "../../parts/say.js";
import { whenSeen } from "../../parts/seen.js";
import { Card } from "./card.jsx";

const LIMIT = 6;
const PLACES = Array.from({ length: LIMIT }, (_, place) => place);

/** What the client thinks this shopper wants now. */
export function Shelf() {
  const { items, status, error, ranking } = useRecommendations({ limit: LIMIT, exclude: ["viewed", "cart"], filter: { availability: "in_stock" } });
  return (
    <section className="shelf" aria-label="For you, right now" aria-busy={status === "loading"}>
      <h2>For you, right now</h2>
      {error && items.length === 0 && <p role="alert">No suggestions today: {error.message}</p>}
      <ul className="grid">
        {status === "loading" && PLACES.map((place) => <li className="blank-card blank" key={place} aria-hidden="true" />)}
        {ranking && items.map((item) => <Suggestion key={item.item_id} item={item} ranking={ranking} />)}
      </ul>
    </section>
  );
}

/** What became of an item is told back: that is what the shop learns from. */
function Suggestion({ item: { item_id, reason }, ranking }: { item: RankedItem; ranking: Ranking }) {
  const client = usePresently();
  const card = useRef<HTMLLIElement>(null);
  const latest = useRef(ranking.id);
  useEffect(() => {
    latest.current = ranking.id;
  }, [ranking.id]);
  useEffect(() => (card.current ? whenSeen(card.current, () => client?.report(latest.current, item_id, "shown")) : undefined), [client, item_id]);
  return <Card id={item_id} ref={card} reason={say(reason)} onOpen={() => client?.report(ranking.id, item_id, "click")} />;
}
