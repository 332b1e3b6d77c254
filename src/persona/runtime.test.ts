import { beforeEach, describe, expect, it, vi } from "vitest";
import { tinyEncoder, tinySession } from "../../testing/tiny-encoder.js";
import type { BackendName } from "../contract/engine.js";
import { PresentlyError } from "../contract/errors.js";
import { type BackendModule, loadBackend } from "./backends/backend.js";
import { createEncoder, removeBackend, startBackend } from "./encoder.js";
import { createEncoderRuntime, type RuntimeOptions } from "./runtime.js";

const assets = new URL("../../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url).pathname;
const { manifest, weights } = tinyEncoder();
const session = tinySession(6);

function setUp(options: Partial<RuntimeOptions> = {}, encoder = manifest) {
  const problems: PresentlyError[] = [];
  const changes: (BackendName | null)[] = [];
  const runtime = createEncoderRuntime(
    { manifest: encoder, weights },
    {
      assets,
      software: false,
      backends: ["wasm", "cpu"],
      now: () => performance.now(),
      onProblem: (problem) => problems.push(problem),
      onChange: () => changes.push(runtime.backend),
      ...options,
    },
  );
  return { runtime, problems, changes, codes: () => problems.map(({ code }) => code) };
}

/** The real backend, with a device that the test can take away. */
function losable(name: BackendName): { load: () => Promise<BackendModule>; lose: () => void } {
  let lose = () => {};
  const lost = new Promise<string>((resolve) => {
    lose = () => resolve("the test pulled the plug");
  });
  return {
    lose,
    load: async () => {
      const module = await loadBackend[name]();
      return { start: async (options) => ({ ...(await module.start(options)), lost }) };
    },
  };
}

const broken = (error: unknown) => async (): Promise<BackendModule> => {
  throw error;
};

beforeEach(() => {
  removeBackend("wasm");
  removeBackend("cpu");
});

describe("the encoder's runtime", () => {
  it("answers on cpu first, then times the others and takes the fastest", async () => {
    const { runtime, changes, problems } = setUp();
    expect(runtime.backend).toBeNull();
    const first = await runtime.encode(session);
    expect(first.backend).toBe("cpu");
    expect(first.milliseconds).toBeGreaterThan(0);
    await runtime.settled;
    expect(Object.keys(runtime.timings).sort()).toEqual(["cpu", "wasm"]);
    const { cpu = 0, wasm = 0 } = runtime.timings;
    expect(runtime.backend).toBe(wasm <= Math.min(cpu, wasm) * 1.1 ? "wasm" : "cpu");
    expect(changes[0]).toBe("cpu");
    expect(problems).toEqual([]);
    await runtime.dispose();
  });

  it("is prepared soon, but not while sessions keep coming, and not once it is disposed", async () => {
    vi.useFakeTimers();
    const started: string[] = [];
    const cpu = () => {
      started.push("cpu");
      return loadBackend.cpu();
    };
    const load = { ...loadBackend, cpu };
    try {
      const { runtime } = setUp({ backends: ["cpu"], load, quiet: 500 });
      for (let i = 0; i < 5; i++) {
        runtime.prepareSoon(session);
        await vi.advanceTimersByTimeAsync(400);
      }
      expect(started).toEqual([]);
      await vi.advanceTimersByTimeAsync(100);
      expect(started).toEqual(["cpu"]);
      const other = setUp({ backends: ["cpu"], load, quiet: 500 });
      other.runtime.prepareSoon(session);
      await other.runtime.dispose();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(started).toEqual(["cpu"]);
      vi.useRealTimers();
      await runtime.settled;
      expect(runtime.prepared).toBe(true);
      await runtime.dispose();
    } finally {
      vi.useRealTimers();
    }
  });

  it("is prepared all the same where sessions never pause", async () => {
    const { runtime } = setUp({ backends: ["cpu"], quiet: 60 });
    for (const late = performance.now() + 3_000; !runtime.prepared && performance.now() < late; ) {
      runtime.prepareSoon(session);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(runtime.prepared).toBe(true);
    await runtime.dispose();
  });

  it("says what is wrong where it cannot be prepared soon", async () => {
    const { runtime, codes } = setUp({ backends: ["cpu"], load: { ...loadBackend, cpu: () => Promise.reject(new Error("blocked")) }, quiet: 0 });
    runtime.prepareSoon(session);
    await expect.poll(codes).toContain("persona/unavailable");
    await runtime.dispose();
  });

  it("remembers the choice, and on the next page times nothing", async () => {
    let note: string | null = null;
    const memory = {
      recall: async () => note,
      remember: async (choice: string) => {
        note = choice;
      },
    };
    const one = setUp(memory);
    await one.runtime.encode(session);
    await one.runtime.settled;
    expect(JSON.parse(note ?? "")).toMatchObject({ backend: one.runtime.backend });
    note = JSON.stringify({ backend: "wasm", timings: { wasm: 0.5 } });
    const two = setUp(memory);
    expect((await two.runtime.encode(session)).backend).toBe("cpu");
    await two.runtime.settled;
    expect([two.runtime.backend, two.runtime.timings]).toEqual(["wasm", { wasm: 0.5 }]);
    await Promise.all([one.runtime.dispose(), two.runtime.dispose()]);
  });

  it("measures anew where the note is not its own", async () => {
    const { runtime } = setUp({ recall: async () => '{"backend":"abacus"}' });
    await runtime.encode(session);
    await runtime.settled;
    expect(Object.keys(runtime.timings)).toHaveLength(2);
    await runtime.dispose();
  });

  it("goes on with the next backend when the device is lost, and says so", async () => {
    const { load, lose } = losable("wasm");
    const { runtime, codes } = setUp({ load: { ...loadBackend, wasm: load }, recall: async () => '{"backend":"wasm","timings":{}}' });
    const before = await runtime.encode(session);
    await runtime.settled;
    expect(runtime.backend).toBe("wasm");
    lose();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(codes()).toEqual(["persona/device-lost"]);
    const after = await runtime.encode(session);
    expect(after.backend).toBe("cpu");
    after.persona.forEach((value, d) => void expect(value).toBeCloseTo(before.persona[d], 4));
    await runtime.dispose();
  });

  it("does not use a backend that misses a golden session", async () => {
    await startBackend("cpu", loadBackend.cpu, { assets, software: true });
    const reference = await createEncoder("cpu", manifest, weights);
    const { persona, attention, repeat, spread } = await reference.run(session);
    const golden = { name: "six items", ...session, persona: Array.from(persona, (value) => -value), attention: [...attention], repeat: [...repeat], spread };
    const { runtime, codes } = setUp({}, { ...manifest, golden: [golden] });
    await expect(runtime.encode(session)).rejects.toMatchObject({ code: "persona/unavailable" });
    expect(codes()).toEqual(["persona/wrong", "persona/wrong"]);
    expect(runtime.direct(session)).toBeNull();
    await reference.dispose();
  });

  it("passes over what the browser does not have, quietly, and over what fails, with the reason", async () => {
    const { runtime, codes } = setUp({
      backends: ["webgpu", "webgl", "wasm", "cpu"],
      load: {
        cpu: broken(new TypeError("Failed to fetch dynamically imported module")),
        wasm: loadBackend.wasm,
        webgl: broken(new PresentlyError("persona/unavailable", "no WebGL")),
        webgpu: broken(new PresentlyError("persona/unavailable", "no WebGPU")),
      },
    });
    expect((await runtime.encode(session)).backend).toBe("wasm");
    await runtime.settled;
    expect(codes()).toEqual(["persona/backend"]);
    await runtime.dispose();
  });

  it("loads no GPU backend where the others are fast, unless the shop names it", async () => {
    const tried: string[] = [];
    const webgl = async (): Promise<BackendModule> => {
      tried.push("webgl");
      throw new PresentlyError("persona/unavailable", "no WebGL");
    };
    let clock = 0;
    const options = { backends: ["webgl", "cpu"] as const, load: { ...loadBackend, webgl } };
    for (const [step, software, expected] of [
      [1, false, []],
      [20, false, ["webgl"]],
      [1, true, ["webgl"]],
    ] as const) {
      tried.length = 0;
      const now = () => {
        clock += step;
        return clock;
      };
      const { runtime } = setUp({ ...options, software, now });
      await runtime.encode(session);
      await runtime.settled;
      expect(tried).toEqual(expected);
      await runtime.dispose();
    }
  });

  it("rejects with what to do where no backend works", async () => {
    const { runtime } = setUp({ backends: ["cpu"], load: { ...loadBackend, cpu: broken(new TypeError("blocked")) } });
    await expect(runtime.encode(session)).rejects.toMatchObject({ code: "persona/unavailable", message: expect.stringContaining("script-src") });
  });
});
