import type { Presently } from "../contract/client.js";
import { adopt } from "./dom.js";
import { controlsSection } from "./inspector-controls.js";
import { h, percent, say } from "./inspector-dom.js";
import { ledgerSection } from "./inspector-ledger.js";
import { mapSection } from "./inspector-map.js";
import { rankingSection } from "./inspector-ranking.js";
import { orNull, remember, type Section, type Snapshot } from "./inspector-snapshot.js";
import { statusSection } from "./inspector-status.js";
import { INSPECTOR_STYLE } from "./inspector-style.js";
import { timelineSection } from "./inspector-timeline.js";
import { attentionSection, traitsSection } from "./inspector-traits.js";

const NAME = "presently-inspector";

/** The panel stays open from page to page, for this tab, where something may be stored at all. */
function keepOpen(open: boolean): void {
  try {
    if (open) sessionStorage.setItem(NAME, "open");
    else sessionStorage.removeItem(NAME);
  } catch {
    // Without storage it opens closed.
  }
}

function wasOpen(): boolean {
  try {
    return sessionStorage.getItem(NAME) !== null;
  } catch {
    return false;
  }
}

interface Panel {
  readonly elements: readonly HTMLElement[];
  /** After any change: draws with the next frame, and only while the panel is open. */
  readonly changed: () => void;
}

function createPanel(client: Presently, host: HTMLElement, memory: ReturnType<typeof remember>): Panel {
  let frame = 0;
  let updating = false;
  let again = false;

  const live = h("p", { class: "live", role: "status" });
  const after = (done: Promise<unknown>, words: string): void => {
    done.then(
      () => say(live, words),
      (error) => say(live, `That did not work: ${error instanceof Error ? error.message : "unknown error"}`),
    );
    done.catch(() => {}).finally(changed);
  };

  const sections: { title: string; section: Section; details: HTMLDetailsElement; note: HTMLElement; count: (snapshot: Snapshot) => string }[] = [];
  function add(title: string, section: Section, open: boolean, count: (snapshot: Snapshot) => string = () => ""): void {
    const note = h("b");
    const details = h("details", { class: "section", open, toggle: () => changed() }, h("summary", {}, title, note), section.element);
    sections.push({ title, section, details, note, count });
  }
  const some = (count: number | undefined): string => (count ? String(count) : "");
  add("You on the map of items", mapSection(), true);
  add("What you lean to", traitsSection(), true);
  add("What happened", timelineSection(client, after), true, ({ events }) => some(events.length));
  add("What counts how much", attentionSection(), false);
  add("The current ranking", rankingSection(), false, ({ rankings }) => some(rankings.at(-1)?.items.length));
  const ledger = ledgerSection();
  add("What is sent", ledger, false, ({ status }) => (status?.queued ? `${status.queued} waiting` : ""));
  add("How it runs", statusSection(), false, ({ status }) =>
    status?.lastUpdate ? `${Math.round(status.lastUpdate.total)} ms` : some(status?.problems.length),
  );
  add("Your choices", controlsSection(client, after), false);

  const sheet = h("small");
  const close = h("button", { class: "icon", type: "button", "aria-label": "Close the persona panel", title: "Close", click: () => toggle(false) }, "×");
  const panel = h(
    "section",
    { class: "panel", "aria-label": "Your persona", hidden: true },
    h("header", {}, h("h2", {}, "Who you are right now", sheet), close),
    h("div", { class: "scroll" }, ...sections.map(({ details }) => details)),
    live,
  );
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") toggle(false);
  });
  const pillText = h("span", {}, "Your persona");
  const pill = h("button", { class: "pill", type: "button", "aria-expanded": "false", click: () => toggle(true) }, h("i", { "aria-hidden": "true" }), pillText);

  function toggle(open: boolean, focus = true): void {
    panel.hidden = !open;
    pill.hidden = open;
    host.toggleAttribute("open", open);
    if (focus) (open ? close : pill).focus({ preventScroll: true });
    keepOpen(open && client.consent().store);
    changed();
  }

  function changed(): void {
    if (!client.consent().store) keepOpen(false);
    pill.classList.toggle("known", (memory.persona?.confidence ?? 0) > 0);
    if (panel.hidden || !host.isConnected) return;
    if (frame === 0) {
      frame = requestAnimationFrame(() => {
        frame = 0;
        void update();
      });
    }
  }

  async function update(): Promise<void> {
    if (updating) {
      again = true;
      return;
    }
    updating = true;
    const ledgerOpen = sections.some(({ section, details }) => section === ledger && details.open);
    const [persona, status, entries] = await Promise.all([
      memory.persona ?? orNull(() => client.persona()),
      orNull(() => client.status()),
      ledgerOpen ? orNull(() => client.ledger()) : null,
    ]);
    if (persona && !memory.persona) memory.moved(persona);
    // After the persona: a new release has a new map.
    memory.map ??= await orNull(() => client.map());
    try {
      render({
        events: client.timeline(),
        persona: memory.persona,
        trail: memory.trail,
        map: memory.map,
        rankings: [...memory.rankings.values()],
        ledger: entries,
        ledgerRead: ledgerOpen,
        status,
        consent: client.consent(),
        title: (id) => memory.titles.get(id) ?? id,
      });
    } catch {
      // The shopper's page goes on, whatever the panel meets.
    }
    updating = false;
    if (again) {
      again = false;
      changed();
    }
  }

  function render(snapshot: Snapshot): void {
    const { persona, events } = snapshot;
    const known = persona !== null && persona.vector !== null;
    const summary = persona?.summary ?? "";
    say(
      sheet,
      summary
        ? summary.charAt(0).toUpperCase() + summary.slice(1)
        : known
          ? `From ${events.length} ${events.length === 1 ? "event" : "events"}, in this browser · match ${percent(persona.confidence)}`
          : "Nothing known yet: it begins with what you look at",
    );
    for (const { section, details, note, count } of sections) {
      say(note, count(snapshot));
      // The ledger is read only while its section is open, which it may just have become.
      if (details.open && (section !== ledger || snapshot.ledgerRead)) section.render(snapshot);
    }
  }

  if (client.consent().store && wasOpen()) toggle(true, false);
  return { elements: [pill, panel], changed };
}

/** Registers `<presently-inspector>`: what the page knows of its shopper, why it ranks as it does and what left the browser. Once per page; later calls do nothing. */
export function defineInspector(client: Presently): void {
  if (typeof customElements === "undefined" || customElements.get(NAME)) return;
  const panels = new Set<Panel>();
  const memory = remember(client, () => {
    for (const panel of panels) panel.changed();
  });
  customElements.define(
    NAME,
    class extends HTMLElement {
      #panel: Panel | null = null;

      connectedCallback(): void {
        try {
          if (!this.#panel) {
            const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
            this.#panel = createPanel(client, this, memory);
            root.append(...this.#panel.elements);
            adopt(root, INSPECTOR_STYLE);
          }
          panels.add(this.#panel);
          this.#panel.changed();
        } catch {
          this.hidden = true;
        }
      }

      disconnectedCallback(): void {
        if (this.#panel) panels.delete(this.#panel);
      }
    },
  );
}
