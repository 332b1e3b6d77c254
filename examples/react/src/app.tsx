import { useConsent, usePersona, useSimilar, useTrack } from "presently/react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { DEPARTMENTS, itemOf, listOf } from "../../parts/goods.mjs";
import { Card } from "./card.jsx";
import { Shelf } from "./shelf.jsx";

const onHash = (listener: () => void) => {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
};

/** `#/item/TEA-004`, `#/c/Kitchen`; anything else is the first department. */
function useRoute(): { itemId: string | null; department: string } {
  const hash = useSyncExternalStore(onHash, () => decodeURIComponent(location.hash));
  const [, kind, name = ""] = hash.split("/");
  const item = kind === "item" ? itemOf(name) : null;
  return { itemId: item?.id ?? null, department: item?.department ?? (DEPARTMENTS.includes(name) ? name : DEPARTMENTS[0]) };
}

export function App() {
  const { itemId, department } = useRoute();
  const [cart, setCart] = useState<readonly string[]>([]);
  const persona = usePersona();
  return (
    <>
      <header>
        <a className="logo" href="#/">
          Harbour &amp; Pine
        </a>
        <nav aria-label="Departments">
          {DEPARTMENTS.map((name) => (
            <a key={name} href={`#/c/${name}`} aria-current={name === department ? "true" : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <span className="basket">Basket · {cart.length}</span>
      </header>
      <main>
        {itemId ? <Product key={itemId} id={itemId} onAdd={() => setCart([...cart, itemId])} /> : <Listing department={department} />}
        <Shelf />
        <p className="soft">{persona?.summary ? `Right now: ${persona.summary}` : "Look at something, and the shelf follows."}</p>
      </main>
      <Consent />
    </>
  );
}

function Listing({ department }: { department: string }) {
  const track = useTrack();
  useEffect(() => track({ name: "page_view", page_type: "listing", page_category: department }), [track, department]);
  return (
    <section aria-label={department}>
      <h1>{department}</h1>
      <ul className="grid">
        {listOf(department).map((item) => (
          <Card key={item.id} id={item.id} />
        ))}
      </ul>
    </section>
  );
}

function Product({ id, onAdd }: { id: string; onAdd: () => void }) {
  const track = useTrack();
  const similar = useSimilar(id, { limit: 6 });
  useEffect(() => {
    track({ name: "view_item", item_id: id });
    scrollTo(0, 0);
  }, [track, id]);
  const item = itemOf(id);
  if (!item) return null;
  return (
    <>
      <article className="product">
        <img src={item.picture} alt="" />
        <div>
          <p className="brand">{item.brand}</p>
          <h1>{item.title}</h1>
          <p className="price">{item.cost}</p>
          <p>{item.description}</p>
          <button
            type="button"
            onClick={() => {
              track({ name: "add_to_cart", item_id: id, price: item.price, currency: "EUR", quantity: 1 });
              onAdd();
            }}
          >
            Add to basket
          </button>
        </div>
      </article>
      {similar.items.length > 0 && (
        <section aria-label="Similar">
          <h2>Similar</h2>
          <ul className="grid">
            {similar.items.map(({ item_id }) => (
              <Card key={item_id} id={item_id} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Consent() {
  const { consent, setConsent } = useConsent();
  return (
    <footer>
      <p>What you look at shapes what you see, here in your browser. Nothing is kept or sent unless you say so.</p>
      <label>
        <input type="checkbox" checked={consent.store} onChange={({ target }) => setConsent({ store: target.checked })} /> Remember it on this device
      </label>
    </footer>
  );
}
