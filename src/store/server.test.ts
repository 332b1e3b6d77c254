import { renderToString as renderVue } from "@vue/server-renderer";
import { createElement, Suspense } from "react";
import { renderToPipeableStream } from "react-dom/server";
import { derived, get } from "svelte/store";
import { describe, expect, it } from "vitest";
import { createSSRApp, h } from "vue";
import { fakeClient, settle } from "../../testing/fake-client.js";
import * as react from "../react/index.js";
import * as vue from "../vue/index.js";
import { clientStore, consentStore, personaStore, rankingStore } from "./index.js";

const options = { manifest: "/manifest.json" };

/** Streamed as Next does: with all that Suspense waits for. */
const streamed = (element: React.ReactNode) =>
  new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const { pipe } = renderToPipeableStream(element, {
      onError: reject,
      async onAllReady() {
        const { Writable } = await import("node:stream");
        pipe(
          new Writable({
            write: (chunk, _, done) => {
              chunks.push(chunk);
              done();
            },
            final: (done) => {
              resolve(Buffer.concat(chunks).toString("utf8"));
              done();
            },
          }),
        );
      },
    });
  });

describe("on a server", () => {
  it("there is no window here, so that these tests mean something", () => expect(typeof window).toBe("undefined"));

  it("React renders what is loading, without a client and without suspending for ever", async () => {
    function List() {
      const { status, items } = react.useRecommendations({}, { suspense: true });
      return createElement("p", null, `${status} ${items.length} ${react.usePersona()?.summary ?? "nobody"} ${react.useConsent().consent.store}`);
    }
    const html = await streamed(createElement(react.PresentlyProvider, { options }, createElement(Suspense, { fallback: "waiting" }, createElement(List))));
    expect(html).toContain("<p>loading 0 nobody false</p>");
  });

  it("Vue renders the same", async () => {
    const List = {
      setup() {
        const [{ status, items }, persona, { consent }] = [vue.useRecommendations(), vue.usePersona(), vue.useConsent()];
        return () => h("p", `${status.value} ${items.value.length} ${persona.value?.summary ?? "nobody"} ${consent.value.store}`);
      },
    };
    expect(await renderVue(createSSRApp(List).use(vue.createPresentlyPlugin(options)))).toBe("<p>loading 0 nobody false</p>");
  });

  it("listening starts nothing, since nothing there would end it", async () => {
    const rig = fakeClient();
    const store = rankingStore(rig.client);
    const seen: string[] = [];
    const unsubscribe = store.subscribe(({ status }) => seen.push(status));
    const client = clientStore(options);
    client.subscribe(({ error }) => seen.push(String(error)));
    await settle();
    expect(seen).toEqual(["loading", "null"]);
    expect([rig.asked, rig.listeners.size]).toEqual([[], 0]);
    unsubscribe();
  });

  it("Svelte's own functions read the stores", () => {
    const { client } = fakeClient();
    expect(get(rankingStore(client)).status).toBe("loading");
    expect(get(personaStore(client))).toBeNull();
    expect(get(derived([rankingStore(client), consentStore(client)], ([{ items }, consent]) => `${items.length} ${consent.store}`))).toBe("0 false");
  });
});
