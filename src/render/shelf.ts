import type { Presently } from "../contract/client.js";
import type { RankedItem, Ranking } from "../contract/ranking.js";
import { calmFrame } from "./calm-frame.js";
import { blankCard, type Card, type CardEvents, itemCard } from "./card.js";
import { carousel } from "./carousel.js";
import { adopt, part } from "./dom.js";
import { rearranging } from "./rearrange.js";
import { ownItems, reorder } from "./reorder.js";
import { REQUEST_ATTRIBUTES, shelfLimit, shelfRequest } from "./request.js";
import { type SeenWatch, watchSeen } from "./seen.js";
import { SHELF_STYLE } from "./shelf-style.js";
import { blankTemplateCard, templateCard } from "./template.js";
import { sayFor, warmPrices } from "./words.js";

const NAME = "presently-shelf";

interface Shelf extends HTMLElement {
  start(): void;
  refresh(): void;
  /** What it shows now. */
  shown(): readonly string[];
  /** Resolves when it shows what it has asked for, or knows that it cannot. */
  settled(): Promise<void>;
}

let client: Presently | null = null;
const connected = new Set<Shelf>();
/** What is the same card: another release may have the item under another title. */
const cardKey = ({ item_id, title, brand, link, image }: RankedItem) => [item_id, title, brand, link, image].join("\n");
/** What the shopper did not want to see, on all shelves of the page. */
const dismissed = new Set<string>();

/**
 * Registers `<presently-shelf>`. A shelf shows `client`'s ranking: with `kind="similar"` the neighbours of `item-id`, with `kind="complement"`
 * what goes with it or with the cart, with `kind="trending"` what is in demand, or with `kind="rerank"` its own content in the persona's order.
 * It reports what became of it. What a shelf further up shows is left out, but not with `repeats`.
 * Called again, all shelves go over to the newer client. Without a DOM, as on a server, nothing happens.
 */
export function defineShelf(newest: Presently): void {
  if (typeof customElements === "undefined") return;
  client = newest;
  if (!customElements.get(NAME)) customElements.define(NAME, shelfClass());
  for (const shelf of connected) shelf.start();
}

function shelfClass() {
  return class extends HTMLElement implements Shelf {
    static observedAttributes = ["heading", ...REQUEST_ATTRIBUTES];
    #heading = part("h2", "heading");
    #list = part("ul", "list");
    #fallback = part("div", "fallback", part("slot", ""));
    #live = part("p", "live");
    #carousel = carousel(this.#list, sayFor(this));
    #cards = new Map<string, Card>();
    #blanks: Card[] = [];
    #items: readonly RankedItem[] = [];
    #ranking: Ranking | null = null;
    #seen: SeenWatch | null = null;
    #unsubscribe: (() => void) | null = null;
    #asking = false;
    #askAgain = false;
    #work = Promise.resolve();
    #complaint = "";
    /** Its own content where that is what it ranks. */
    #own = new Map<string, HTMLElement>();

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      adopt(root, SHELF_STYLE);
      this.#list.setAttribute("role", "list");
      this.#live.setAttribute("role", "status");
      this.#fallback.hidden = true;
      this.#heading.id = "heading";
      this.#heading.hidden = true;
      this.addEventListener("click", (event) => this.#clicked(event));
      this.addEventListener("auxclick", (event) => event.button === 1 && this.#clicked(event));
      const section = part(
        "section",
        "shelf",
        part("div", "header", this.#heading, this.#carousel.controls),
        part("div", "stage", this.#list, this.#fallback),
        this.#live,
      );
      section.setAttribute("aria-labelledby", "heading");
      root.append(section);
    }

    /** What fails here would be the page's error. */
    connectedCallback(): void {
      connected.add(this);
      try {
        this.#carousel.start();
        this.start();
      } catch (error) {
        this.#complain(error);
      }
    }

    disconnectedCallback(): void {
      connected.delete(this);
      this.#carousel.stop();
      this.#stop();
    }

    attributeChangedCallback(name: string): void {
      if (name === "heading") {
        const heading = this.getAttribute(name);
        this.#heading.textContent = heading;
        this.#heading.hidden = !heading;
      } else if (this.isConnected) this.refresh();
    }

    start(): void {
      this.#stop();
      this.#seen = watchSeen((card) => {
        const item = this.#items.find((each) => this.#elementOf(each) === card);
        if (item && this.#ranking) client?.report(this.#ranking.id, item.item_id, "shown");
      });
      this.#seen.watch(this.#shown());
      this.#unsubscribe = client?.subscribe(({ type }) => (type === "persona" || type === "release") && this.refresh()) ?? null;
      this.refresh();
    }

    #stop(): void {
      this.#unsubscribe?.();
      this.#seen?.stop();
      this.#unsubscribe = this.#seen = null;
    }

    shown(): readonly string[] {
      return this.#items.map(({ item_id }) => item_id);
    }

    get #reranks(): boolean {
      return this.getAttribute("kind") === "rerank";
    }

    #elementOf(item: RankedItem): HTMLElement | undefined {
      return this.#own.get(item.item_id) ?? this.#cards.get(cardKey(item))?.element;
    }

    #shown(): HTMLElement[] {
      return this.#items.flatMap((item) => this.#elementOf(item) ?? []);
    }

    /** On a link of its own content; its cards tell by themselves. */
    #clicked(event: Event): void {
      const link = (event.target as Element).closest?.("a[href]");
      const item = link && this.#items.find(({ item_id }) => this.#own.get(item_id)?.contains(link));
      if (item && this.#ranking) client?.report(this.#ranking.id, item.item_id, "click");
    }

    /** Shelves after this one in the page leave out what it shows. */
    #others(where: number): Shelf[] {
      return [...connected].filter((shelf) => shelf !== this && this.compareDocumentPosition(shelf) & where);
    }

    /** One question at a time; what changes meanwhile is one more question after it. */
    #refresh(): void {
      if (this.#reranks) this.#stage(true);
      else if (!this.#items.length && this.#fallback.hidden) this.#reserve(true);
      this.#askAgain = true;
      if (!this.#asking) this.#work = this.#askAndShow().catch((error) => this.#complain(error));
    }

    async #askAndShow(): Promise<void> {
      this.#asking = true;
      while (this.#askAgain) {
        // Attributes come one by one, and changes in bursts.
        await null;
        this.#askAgain = false;
        try {
          const ranking = await this.#ask();
          if (this.#askAgain) continue;
          warmPrices(ranking, this.#locale);
          // The frame that shows them has enough to do with laying them out.
          if (!this.#reranks) this.#makeCards(this.#wanted(ranking));
          await calmFrame();
          if (!this.#askAgain && this.isConnected) this.#show(ranking);
        } catch (error) {
          if (!this.#items.length && !this.#reranks) this.#reserve(false);
          this.#complain(error);
        }
      }
      this.#asking = false;
    }

    settled(): Promise<void> {
      return this.#work;
    }

    /** For the shop's developers, once: every event asks again. */
    #complain(error: unknown): void {
      const complaint = String(error);
      if (complaint !== this.#complaint) console.warn("[presently]", error);
      this.#complaint = complaint;
    }

    async #ask(): Promise<Ranking | null> {
      const before = this.hasAttribute("repeats") || this.#reranks ? [] : this.#others(Node.DOCUMENT_POSITION_PRECEDING);
      // Asked together, two shelves would begin with the same items.
      await Promise.all(before.map((shelf) => shelf.settled()));
      const above = before.flatMap((shelf) => shelf.shown());
      const request = shelfRequest(this, [...dismissed, ...above]);
      if (this.#reranks) {
        const ids = [...ownItems(this).keys()];
        return (ids.length && (await client?.rerank(ids))) || null;
      }
      const itemId = this.getAttribute("item-id");
      const kind = this.getAttribute("kind");
      if (kind === "similar") return (itemId && (await client?.similar(itemId, request))) || null;
      if (kind === "trending") return (await client?.trending(request)) ?? null;
      // Of several items, commas between them; without any, the cart's.
      if (kind === "complement")
        return (
          (await client?.complement(
            itemId?.split(",").map((id) => id.trim()),
            request,
          )) ?? null
        );
      return (await client?.recommend(request)) ?? null;
    }

    /** Room for the items that are not there: of all while they are on their way, of one line after. */
    #reserve(waiting: boolean): void {
      this.setAttribute("aria-busy", String(waiting));
      this.#fallback.hidden = waiting;
      // A heading over nothing promises too much.
      this.#heading.toggleAttribute("data-idle", !waiting && !this.querySelector(":scope > :not(template, [slot])"));
      for (const card of this.#cards.values()) card.remove();
      this.#cards.clear();
      this.#items = [];
      this.#list.replaceChildren(...this.#newBlanks(shelfLimit(this)));
      this.#carousel.update();
    }

    #show(ranking: Ranking | null): void {
      if (this.#reranks) {
        this.#showOwn(ranking);
        return;
      }
      this.#stage(false);
      const items = this.#wanted(ranking);
      if (!items.length) {
        this.#ranking = null;
        this.#reserve(false);
        return;
      }
      const before = this.#items;
      this.#items = items;
      const sameOrder = items.length === before.length && items.every((item, i) => cardKey(item) === cardKey(before[i]));
      if (sameOrder) {
        // For the shopper nothing has happened: what was shown is still the earlier ranking.
        this.#updateCards();
        return;
      }
      this.#ranking = ranking;
      this.#arrange(before.length > 0);
      this.#seen?.watch(this.#shown());
      if (before.length) this.#live.textContent = sayFor(this)("updated", this.#heading.textContent);
      for (const shelf of this.#others(Node.DOCUMENT_POSITION_FOLLOWING)) shelf.refresh();
    }

    /** Own content stands in the flow of the page; else it waits behind the list. */
    #stage(own: boolean): void {
      this.#list.hidden = own;
      this.#fallback.toggleAttribute("data-own", own);
      if (own) {
        this.#fallback.hidden = false;
        this.#carousel.controls.hidden = true;
      } else this.#own.clear();
    }

    #showOwn(ranking: Ranking | null): void {
      const own = ownItems(this);
      const items = ranking?.items.filter(({ item_id }) => own.has(item_id)) ?? [];
      this.#own = own;
      if (items.every(({ item_id }, i) => item_id === this.#items[i]?.item_id) && items.length === this.#items.length) return;
      this.#ranking = ranking;
      this.#items = items;
      reorder(own, this.shown());
      this.#seen?.watch(this.#shown());
      this.setAttribute("aria-busy", "false");
    }

    get #locale(): string | undefined {
      return this.closest<HTMLElement>("[lang]")?.lang || undefined;
    }

    get #template(): HTMLTemplateElement | null {
      return this.querySelector<HTMLTemplateElement>(":scope > template");
    }

    /** Instead of those before. */
    #newBlanks(count: number): HTMLElement[] {
      for (const blank of this.#blanks) blank.remove();
      const template = this.#template;
      // Not Array.from, which old libraries replace.
      const own = [...new Array(count).keys()].map(() => template && blankTemplateCard(template, this, sayFor(this)));
      this.#blanks = own.filter((card) => card !== null);
      return own.map((card) => card?.element ?? blankCard());
    }

    #wanted(ranking: Ranking | null): readonly RankedItem[] {
      return ranking?.items.filter(({ item_id }) => !dismissed.has(item_id)) ?? [];
    }

    #newCard(item: RankedItem): Card {
      const { item_id } = item;
      const say = sayFor(this);
      const template = this.#template;
      const on: CardEvents = {
        click: () => this.#ranking && client?.report(this.#ranking.id, item_id, "click"),
        dismiss: () => this.#dismiss(item_id),
      };
      return (template && templateCard(template, this, item, say, this.#locale, on)) ?? itemCard(item, say, this.#locale, on);
    }

    #makeCards(items: readonly RankedItem[]): void {
      for (const item of items) {
        const key = cardKey(item);
        if (!this.#cards.has(key)) this.#cards.set(key, this.#newCard(item));
      }
    }

    /** Of the items that are shown; others are gone. */
    #updateCards(): void {
      const items = new Map(this.#items.map((item) => [cardKey(item), item]));
      for (const [key, card] of this.#cards) {
        const item = items.get(key);
        if (item) card.update(item);
        else {
          card.remove();
          this.#cards.delete(key);
        }
      }
    }

    #arrange(animate: boolean): void {
      const arrange = rearranging(this.#list, animate);
      this.#makeCards(this.#items);
      this.#updateCards();
      this.setAttribute("aria-busy", "false");
      this.#fallback.hidden = true;
      this.#heading.removeAttribute("data-idle");
      // A grid keeps its rows.
      const missing = this.getAttribute("layout") === "grid" ? Math.max(0, shelfLimit(this) - this.#cards.size) : 0;
      const focused = this.shadowRoot?.activeElement as HTMLElement | null;
      const place = [...this.#list.children].findIndex((child) => child.contains(focused));
      const next = [...this.#shown(), ...this.#newBlanks(missing)];
      arrange(next);
      // Attached anew, an element has lost its focus; where it is gone, its place has it.
      if (focused && place >= 0) {
        const successor = this.#list.contains(focused)
          ? focused
          : next[Math.min(place, this.#cards.size - 1)].querySelector<HTMLElement>(`[part=${focused.getAttribute("part")}]`);
        successor?.focus({ preventScroll: true });
      }
      this.#carousel.update();
    }

    #dismiss(itemId: string): void {
      if (this.#ranking) client?.report(this.#ranking.id, itemId, "dismissed");
      dismissed.add(itemId);
      for (const shelf of connected) shelf.refresh();
    }

    refresh(): void {
      try {
        this.#refresh();
      } catch (error) {
        this.#complain(error);
      }
    }
  };
}
