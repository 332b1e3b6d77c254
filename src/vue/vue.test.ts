// @vitest-environment happy-dom
import { renderToString } from "@vue/server-renderer";
import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from "vitest";
import { type App, type Component, createApp, createSSRApp, h, nextTick, type Ref, ref } from "vue";
import { fakeClient, settle } from "../../testing/fake-client.js";
import { PresentlyError } from "../contract/errors.js";
import { createPresentlyPlugin, useConsent, usePersona, usePresently, useRecommendations, useSimilar, useTrack } from "./index.js";

const made = vi.hoisted(() => ({ createPresently: vi.fn() }));
vi.mock("../index.js", () => made);

const options = { manifest: "/manifest.json" };
let rig: ReturnType<typeof fakeClient>;
let apps: App[];
let complaints: Mock;
let warnings: Mock;

beforeEach(() => {
  rig = fakeClient();
  apps = [];
  made.createPresently.mockReset().mockImplementation(() => rig.client);
  complaints = vi.spyOn(console, "error").mockImplementation(() => {});
  warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
  document.body.innerHTML = "<main></main>";
});
afterEach(() => {
  for (const app of apps) if (app._container) app.unmount();
  vi.restoreAllMocks();
});

const page = () => document.querySelector("main")!;

async function mount(component: Component, plugin: Parameters<typeof createPresentlyPlugin>[0] = options, make = createApp): Promise<App> {
  const app = make(component).use(createPresentlyPlugin(plugin));
  apps.push(app);
  app.mount(page());
  await settle();
  await settle();
  return app;
}

const List: Component = {
  setup() {
    const { items, status, error } = useRecommendations({ limit: 2 });
    return () => h("p", error.value ? `${status.value}: ${error.value.message}` : `${status.value}: ${items.value.map(({ item_id }) => item_id).join(" ")}`);
  },
};

describe("presently/vue", () => {
  it("renders what is ranked, and again with every change of the persona", async () => {
    await mount({
      setup() {
        const persona = usePersona();
        return () => [h(List), h("b", persona.value?.summary)];
      },
    });
    expect(page().textContent).toBe("ready: a bfirst");
    await rig.moves(["c"], "tea");
    expect(page().textContent).toBe("ready: ctea");
    expect(made.createPresently).toHaveBeenCalledExactlyOnceWith(options);
  });

  it("stops the client with the app, and follows nothing more", async () => {
    const app = await mount({ render: () => [h(List), h(List)] });
    expect(rig.asked).toHaveLength(1);
    app.unmount();
    expect([rig.stopped, rig.listeners.size]).toEqual([1, 0]);
  });

  it("keeps the client while the app is there, whatever comes and goes in it", async () => {
    const shown = ref(true);
    await mount({ render: () => (shown.value ? h(List) : h("i")) });
    shown.value = false;
    await nextTick();
    expect([rig.stopped, rig.listeners.size]).toEqual([0, 0]);
    shown.value = true;
    await nextTick();
    await settle();
    expect(page().textContent).toBe("ready: a b");
    expect(made.createPresently).toHaveBeenCalledOnce();
  });

  it("leaves the page's own client running", async () => {
    const app = await mount(List, { client: rig.client });
    expect(page().textContent).toBe("ready: a b");
    app.unmount();
    expect([rig.stopped, rig.listeners.size]).toEqual([0, 0]);
    expect(made.createPresently).not.toHaveBeenCalled();
  });

  it("follows options that are a ref, and asks nothing twice for equal ones", async () => {
    const wanted = ref({ limit: 2, filter: { price: { max: 9 } } });
    await mount({
      setup() {
        const { status } = useRecommendations(wanted);
        return () => h("p", status.value);
      },
    });
    wanted.value = { filter: { price: { max: 9 } }, limit: 2 };
    await nextTick();
    await settle();
    expect(rig.asked).toHaveLength(1);
    wanted.value.limit = 3;
    await nextTick();
    await settle();
    expect(rig.asked).toEqual([
      { limit: 2, filter: { price: { max: 9 } } },
      { limit: 3, filter: { price: { max: 9 } } },
    ]);
    expect(() => structuredClone(rig.asked)).not.toThrow();
  });

  it("asks for what is like an item once there is one", async () => {
    const itemId: Ref<string | null> = ref(null);
    await mount({
      setup() {
        const { status } = useSimilar(() => itemId.value, { limit: 4 });
        return () => h("p", status.value);
      },
    });
    expect([page().textContent, rig.asked]).toEqual(["loading", []]);
    itemId.value = "m-1";
    await nextTick();
    await settle();
    expect([page().textContent, rig.asked]).toEqual(["ready", [{ limit: 4, similarTo: "m-1" }]]);
  });

  it("tells the client what happened before it was there", async () => {
    await mount({
      setup() {
        useTrack()({ name: "view_item", item_id: "m-1" });
        return () => null;
      },
    });
    expect(rig.tracked).toEqual([{ name: "view_item", item_id: "m-1", time: expect.any(Number) }]);
  });

  it("shows and changes what the shopper allows", async () => {
    await mount({
      setup() {
        const { consent, setConsent } = useConsent();
        return () => h("button", { onClick: () => setConsent({ store: true }) }, String(consent.value.store));
      },
    });
    const button = page().querySelector("button")!;
    expect(button.textContent).toBe("false");
    button.click();
    await settle();
    expect(button.textContent).toBe("true");
  });

  it("shows the error where the client cannot be made", async () => {
    made.createPresently.mockImplementation(() => {
      throw new PresentlyError("options/invalid", "no manifest");
    });
    await mount(List);
    expect(page().textContent).toBe("error: no manifest");
  });

  it("says what to do where the plugin is missing", () => {
    expect(() => createApp(List).mount(page())).toThrow(
      expect.objectContaining({ code: "vue/no-plugin", message: expect.stringContaining("createPresentlyPlugin") }),
    );
  });

  it("renders on a server without a client, and hydrates over that without a mismatch", async () => {
    const Root: Component = {
      setup() {
        const client = usePresently();
        return () => h("div", [h(List), h("i", client.value ? "client" : "none")]);
      },
    };
    page().innerHTML = await renderToString(createSSRApp(Root).use(createPresentlyPlugin({ client: rig.client })));
    expect(page().textContent).toBe("loading: none");
    expect(rig.asked).toEqual([]);
    const before = page().querySelector("p");
    await mount(Root, options, createSSRApp);
    expect(page().textContent).toBe("ready: a bclient");
    expect(page().querySelector("p")).toBe(before);
    expect([...complaints.mock.calls, ...warnings.mock.calls]).toEqual([]);
  });

  it("hydrates over a server's HTML also where the client is there and has ranked already", async () => {
    const other = createApp(List).use(createPresentlyPlugin({ client: rig.client }));
    apps.push(other);
    other.mount(document.createElement("div"));
    await settle();
    page().innerHTML = "<p>loading: </p>";
    await mount(List, { client: rig.client }, createSSRApp);
    expect(page().textContent).toBe("ready: a b");
    expect([...complaints.mock.calls, ...warnings.mock.calls]).toEqual([]);
  });
});
