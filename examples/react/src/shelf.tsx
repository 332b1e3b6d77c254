import type { Presently, RankedItem, Ranking } from "presently";
import { usePresently, useRecommendations } from "presently/react";
import { useEffect, useRef } from "react";
import { say } from "../../spa/say.js";
import { whenSeen } from "../../spa/seen.js";
import { Card } from "./card.jsx";

const LIMIT = 6;
const PLACES = Array.from({ length: LIMIT }, (_, place) => place);

/** What the client thinks this shopper wants now, and what became of it told back: that is what the shop learns from. */
export function Shelf() {
  const client = usePresently();
  const { items, status, error, ranking } = useRecommendations({ limit: LIMIT, exclude: ["viewed", "cart"], filter: { availability: "in_stock" } });
  return (
    <section className="shelf" aria-label="For you, right now" aria-busy={status === "loading"}>
      <h2>For you, right now</h2>
      {error && items.length === 0 && <p role="alert">No suggestions today: {error.message}</p>}
      <ul className="grid">
        {status === "loading" && PLACES.map((place) => <li className="blank-card blank" key={place} aria-hidden="true" />)}
        {client && ranking && items.map((item) => <Suggestion key={item.item_id} item={item} ranking={ranking} client={client} />)}
      </ul>
    </section>
  );
}

function Suggestion({ item: { item_id, reason }, ranking, client }: { item: RankedItem; ranking: Ranking; client: Presently }) {
  const element = useRef<HTMLDivElement>(null);
  const latest = useRef(ranking.id);
  latest.current = ranking.id;
  useEffect(() => (element.current ? whenSeen(element.current, () => client.report(latest.current, item_id, "shown")) : undefined), [client, item_id]);
  return (
    <div ref={element} style={{ display: "contents" }}>
      <Card id={item_id} reason={say(reason)} onOpen={() => client.report(ranking.id, item_id, "click")} />
    </div>
  );
}
