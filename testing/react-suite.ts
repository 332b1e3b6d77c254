import type * as React from "react";
import type * as Client from "react-dom/client";
import type * as Server from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from "vitest";
import { PresentlyError } from "../src/contract/errors.js";
import {
  type HookOptions,
  PresentlyProvider,
  type RankingOptions,
  useConsent,
  usePersona,
  usePresently,
  useRecommendations,
  useSimilar,
  useTrack,
} from "../src/react/index.js";
import { fakeClient, settle } from "./fake-client.js";

export interface ReactParts {
  readonly react: typeof React;
  readonly client: typeof Client;
  readonly server: typeof Server;
}

/** What holds with every React: its test files run it in happy-dom, with `createPresently` mocked. */
export function reactSuite(version: string, { react, client: dom, server }: ReactParts, createPresently: Mock): void {
  const { createElement: h, StrictMode, Suspense, act, startTransition, useEffect, useState } = react;
  const options = { manifest: "/manifest.json" };
  let rig: ReturnType<typeof fakeClient>;
  let roots: Client.Root[];
  let complaints: Mock;

  beforeEach(() => {
    rig = fakeClient();
    roots = [];
    createPresently.mockReset().mockImplementation(() => rig.client);
    complaints = vi.spyOn(console, "error").mockImplementation(() => {});
    document.body.innerHTML = "<main></main>";
    Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  });
  afterEach(async () => {
    await act(async () => {
      for (const root of roots) root.unmount();
    });
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  const page = () => document.querySelector("main")!;
  const wait = () => act(settle);

  async function render(element: React.ReactNode): Promise<Client.Root> {
    const root = dom.createRoot(page());
    roots.push(root);
    await act(async () => root.render(element));
    await wait();
    return root;
  }

  /** As on a server: without a window. */
  function html(element: React.ReactNode): string {
    vi.stubGlobal("window", undefined);
    try {
      return server.renderToString(element);
    } finally {
      vi.unstubAllGlobals();
    }
  }

  const withOptions = (...children: React.ReactNode[]) => h(PresentlyProvider, { options }, ...children);
  const withClient = (...children: React.ReactNode[]) => h(PresentlyProvider, { client: rig.client }, ...children);

  function List({ of, hook }: { of?: RankingOptions; hook?: HookOptions }) {
    const { items, status, error } = useRecommendations(of, hook);
    return h("p", null, error ? `${status}: ${error.message}` : `${status}: ${items.map(({ item_id }) => item_id).join(" ")}`);
  }

  describe(`presently/react with React ${version}`, () => {
    it("is tested with that version", () => {
      expect(react.version.split(".")[0]).toBe(version);
    });

    it("renders what is ranked, and again with every change of the persona", async () => {
      function Persona() {
        return h("b", null, usePersona()?.summary);
      }
      await render(withOptions(h(List, { of: { limit: 2 } }), h(Persona)));
      expect(page().textContent).toBe("ready: a bfirst");
      await act(() => rig.moves(["c"], "tea"));
      expect(page().textContent).toBe("ready: ctea");
      expect(complaints).not.toHaveBeenCalled();
    });

    it("makes one client in StrictMode, though effects run twice, and stops it with the provider", async () => {
      const root = await render(h(StrictMode, null, withOptions(h(List), h(List))));
      expect(page().textContent).toBe("ready: a bready: a b");
      expect(createPresently).toHaveBeenCalledExactlyOnceWith(options);
      expect(rig.asked).toHaveLength(1);
      await act(async () => root.unmount());
      expect([rig.stopped, rig.listeners.size]).toEqual([1, 0]);
    });

    it("keeps the client while the provider is there, whatever comes and goes below", async () => {
      const root = await render(withOptions(h(List)));
      await act(async () => root.render(withOptions()));
      expect([rig.stopped, rig.listeners.size]).toEqual([0, 0]);
      await act(async () => root.render(withOptions(h(List))));
      await wait();
      expect(createPresently).toHaveBeenCalledOnce();
      expect(page().textContent).toBe("ready: a b");
    });

    it("leaves the page's own client running", async () => {
      const root = await render(withClient(h(List)));
      expect(page().textContent).toBe("ready: a b");
      await act(async () => root.unmount());
      expect([rig.stopped, rig.listeners.size]).toEqual([0, 0]);
    });

    it("asks once for equal options, and again for others", async () => {
      const root = await render(withClient(h(List, { of: { limit: 2, filter: { price: { max: 9 } } } })));
      await act(async () => root.render(withClient(h(List, { of: { filter: { price: { max: 9 } }, limit: 2 } }))));
      await wait();
      expect(rig.asked).toHaveLength(1);
      await act(async () => root.render(withClient(h(List, { of: { limit: 3 } }))));
      await wait();
      expect(rig.asked).toEqual([{ limit: 2, filter: { price: { max: 9 } } }, { limit: 3 }]);
    });

    it("asks for what is like an item once there is one", async () => {
      const Similar = ({ to }: { to: string | null }) => h("p", null, useSimilar(to).status);
      const root = await render(withClient(h(Similar, { to: null })));
      expect([page().textContent, rig.asked]).toEqual(["loading", []]);
      await act(async () => root.render(withClient(h(Similar, { to: "m-1" }))));
      await wait();
      expect([page().textContent, rig.asked]).toEqual(["ready", [{ similarTo: "m-1" }]]);
    });

    it("tells the client what happened before it was there", async () => {
      function Product() {
        const track = useTrack();
        useEffect(() => track({ name: "view_item", item_id: "m-1" }), [track]);
        return null;
      }
      await render(withOptions(h(Product)));
      expect(rig.tracked).toEqual([{ name: "view_item", item_id: "m-1", time: expect.any(Number) }]);
    });

    it("shows and changes what the shopper allows", async () => {
      function Consent() {
        const { consent, setConsent } = useConsent();
        return h("button", { type: "button", onClick: () => setConsent({ store: true }) }, String(consent.store));
      }
      await render(withOptions(h(Consent)));
      const button = page().querySelector("button")!;
      expect(button.textContent).toBe("false");
      await act(async () => button.click());
      await wait();
      expect(button.textContent).toBe("true");
    });

    it("says what to do where there is no provider", () => {
      expect(() => html(h(List))).toThrow(expect.objectContaining({ code: "react/no-provider", message: expect.stringContaining("<PresentlyProvider") }));
    });

    it("renders on a server without a client, and hydrates over that without a mismatch", async () => {
      const Client = () => h("i", null, usePresently() ? "client" : "none");
      const app = h(StrictMode, null, withOptions(h(List), h(Client)));
      page().innerHTML = html(app);
      expect(page().textContent).toBe("loading: none");
      expect(createPresently).not.toHaveBeenCalled();
      const before = page().querySelector("p");
      const mismatches: unknown[] = [];
      await act(async () => void roots.push(dom.hydrateRoot(page(), app, { onRecoverableError: (error) => mismatches.push(error) })));
      await wait();
      expect(page().textContent).toBe("ready: a bclient");
      expect(page().querySelector("p")).toBe(before);
      expect(mismatches).toEqual([]);
      expect(complaints).not.toHaveBeenCalled();
    });

    it("hydrates over a server's HTML also where a client has ranked already", async () => {
      const app = withClient(h(List));
      page().innerHTML = html(h(PresentlyProvider, { client: null }, h(List)));
      const elsewhere = document.createElement("div");
      const other = dom.createRoot(elsewhere);
      roots.push(other);
      await act(async () => other.render(withClient(h(List))));
      await wait();
      const mismatches: unknown[] = [];
      await act(async () => void roots.push(dom.hydrateRoot(page(), app, { onRecoverableError: (error) => mismatches.push(error) })));
      expect(page().textContent).toBe("ready: a b");
      expect(mismatches).toEqual([]);
      expect(complaints).not.toHaveBeenCalled();
    });

    describe("with Suspense", () => {
      const suspended = (of?: RankingOptions) => h(Suspense, { fallback: "waiting" }, h(List, { of, hook: { suspense: true } }));

      it("shows the fallback until there is a ranking, and then never again", async () => {
        const seen: string[] = [];
        const observer = new MutationObserver(() => seen.push(page().textContent ?? ""));
        observer.observe(page(), { childList: true, subtree: true, characterData: true });
        await render(h(StrictMode, null, withOptions(suspended())));
        await wait();
        await act(() => rig.moves(["c"]));
        expect(page().textContent).toBe("ready: c");
        expect([...new Set(seen)].filter((text) => text.includes("loading"))).toEqual([]);
        expect(seen[0]).toBe("waiting");
        expect(seen.slice(seen.findIndex((text) => text.startsWith("ready"))).every((text) => text !== "waiting")).toBe(true);
        expect(createPresently).toHaveBeenCalledOnce();
        observer.disconnect();
      });

      it("keeps the old list during a transition to other options", async () => {
        let show = (_: RankingOptions) => {};
        function Choice() {
          const [of, setOf] = useState<RankingOptions>({ limit: 2 });
          show = setOf;
          return suspended(of);
        }
        await render(withClient(h(Choice)));
        await wait();
        let answer = () => {};
        const { recommend } = rig.client;
        rig.client.recommend = async (given) => {
          await new Promise<void>((resolve) => {
            answer = resolve;
          });
          return recommend(given);
        };
        rig.ids = ["z"];
        await act(async () => startTransition(() => show({ limit: 1 })));
        await wait();
        expect(page().textContent).toBe("ready: a b");
        await act(async () => answer());
        await wait();
        expect(page().textContent).toBe("ready: z");
      });

      it("renders the error where the client cannot be made", async () => {
        createPresently.mockImplementation(() => {
          throw new PresentlyError("options/invalid", "no manifest");
        });
        await render(withOptions(suspended()));
        await wait();
        expect(page().textContent).toBe("error: no manifest");
      });

      it("renders on a server what is loading, hydrates over it, and goes on", async () => {
        const app = withOptions(suspended());
        page().innerHTML = html(app);
        expect(page().textContent).toBe("loading: ");
        const mismatches: unknown[] = [];
        await act(async () => void roots.push(dom.hydrateRoot(page(), app, { onRecoverableError: (error) => mismatches.push(error) })));
        await wait();
        await wait();
        expect(page().textContent).toBe("ready: a b");
        expect(mismatches).toEqual([]);
      });
    });
  });
}
