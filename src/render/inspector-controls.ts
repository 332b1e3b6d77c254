import type { Presently } from "../contract/client.js";
import type { Consent } from "../contract/consent.js";
import { h, say } from "./inspector-dom.js";
import type { Section, Snapshot } from "./inspector-snapshot.js";

const SHARE: readonly { readonly value: Consent["share"]; readonly label: string; readonly note: string }[] = [
  { value: false, label: "Nothing", note: "nothing leaves this browser" },
  { value: "balanced", label: "Single steps", note: "a few pairs of items per visit, one by one" },
  { value: "session", label: "Whole session", note: "the items of this visit in order, without a name" },
];
const SURE = 5000;

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Consent, export and forgetting. */
export function controlsSection(client: Presently, after: (done: Promise<unknown>, words: string) => void): Section {
  const store = h("input", {
    type: "checkbox",
    role: "switch",
    change: () => after(client.setConsent({ store: store.checked }), store.checked ? "Kept on this device from now on." : "Nothing is kept on this device."),
  });
  const choices = SHARE.map(({ value, label, note }) => ({
    value,
    label,
    note,
    input: h("input", { type: "radio", name: "share", change: () => after(client.setConsent({ share: value }), `Sharing: ${label.toLowerCase()}.`) }),
  }));
  const take = h(
    "button",
    {
      type: "button",
      click: () =>
        after(
          Promise.resolve().then(async () => download("persona.json", JSON.stringify(await client.export(), null, 2))),
          "Persona saved as persona.json.",
        ),
    },
    "Export persona",
  );
  let sure = 0;
  const calm = () => {
    sure = 0;
    say(forget, "Forget everything");
  };
  const forget = h(
    "button",
    {
      type: "button",
      class: "danger",
      // Twice, since there is no way back.
      click: () => {
        if (sure === 0) {
          say(forget, "Really forget everything?");
          sure = window.setTimeout(calm, SURE);
          return;
        }
        clearTimeout(sure);
        calm();
        after(client.forget(), "Everything is forgotten.");
      },
    },
    "Forget everything",
  );
  return {
    element: h(
      "div",
      { class: "controls" },
      h("label", {}, store, h("span", {}, "Keep on this device", h("small", {}, "session, catalogue and choices"))),
      h(
        "fieldset",
        {},
        h("legend", {}, "Share with the shop"),
        ...choices.map(({ label, note, input }) => h("label", {}, input, h("span", {}, label, h("small", {}, note)))),
      ),
      h("div", { class: "buttons" }, take, forget),
    ),
    render({ consent }: Snapshot) {
      store.checked = consent.store;
      for (const { value, input } of choices) input.checked = consent.share === value;
    },
  };
}
