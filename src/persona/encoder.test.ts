import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { TINY_CONFIG, tinyEncoder, tinySession } from "../../testing/tiny-encoder.js";
import type { BackendName } from "../contract/engine.js";
import { encode } from "../model/encoder.js";
import { decodeWeights } from "../model/weights.js";
import { loadBackend } from "./backends/backend.js";
import { checkGolden, createEncoder, startBackend } from "./encoder.js";

const assets = `${new URL("../../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url).pathname}`;
const { manifest, weights } = tinyEncoder();

/** The same conformance for every backend that Node has; the GPU's run in the browser tests. */
describe.each<BackendName>(["cpu", "wasm"])("the encoder on %s", (backend) => {
  beforeAll(async () => {
    await startBackend(backend, loadBackend[backend], { assets, software: true });
  });

  it("gives back a single item as the persona", async () => {
    const encoder = await createEncoder(backend, manifest, weights);
    const session = tinySession(1);
    const { persona, attention } = await encoder.run(session);
    persona.forEach((value, d) => void expect(value).toBeCloseTo(session.vectors[0][d], 4));
    expect(attention[0]).toBeCloseTo(1, 5);
    await encoder.dispose();
  });

  it.each([2, 3, 5, 8, 17, 32])("gives for %i tokens what the model gives for exactly these, unpadded", async (tokens) => {
    const encoder = await createEncoder(backend, manifest, weights);
    const session = tinySession(tokens);
    const actual = await encoder.run(session);
    const expected = tf.tidy(() => {
      const parameters = Object.fromEntries(Array.from(decodeWeights(manifest, weights), ([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
      const ids = (values: number[]) => tf.tensor2d([values], undefined, "int32");
      const batch = { vectors: tf.tensor3d([session.vectors]), types: ids(session.types), dwells: ids(session.dwells), gaps: ids(session.gaps) };
      const { persona, attention, repeat, spread } = encode(parameters, batch, TINY_CONFIG);
      const last = (of: tf.Tensor3D) => of.arraySync()[0][tokens - 1];
      return { persona: last(persona), attention: last(attention), repeat: last(repeat), spread: spread.arraySync()[0][tokens - 1] };
    });
    expected.persona.forEach((value, d) => void expect(actual.persona[d]).toBeCloseTo(value, 4));
    expected.attention.forEach((value, t) => void expect(actual.attention[t]).toBeCloseTo(value, 4));
    expected.repeat.forEach((value, t) => void expect(actual.repeat[t]).toBeCloseTo(value, 4));
    expect(actual.spread).toBeCloseTo(expected.spread, 4);
    expect(actual.attention.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    await encoder.dispose();
  });

  it("holds as many tensors after an encode as before, and none of its own after dispose", async () => {
    const before = tf.memory().numTensors;
    const encoder = await createEncoder(backend, manifest, weights);
    const loaded = tf.memory().numTensors;
    for (const tokens of [1, 6, 20]) {
      await encoder.run(tinySession(tokens));
      expect(tf.memory().numTensors).toBe(loaded);
    }
    await encoder.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("passes golden sessions that it reproduces and refuses others, naming the session", async () => {
    const encoder = await createEncoder(backend, manifest, weights);
    const session = tinySession(5);
    // Golden numbers come from the other backend.
    const other = backend === "cpu" ? "wasm" : "cpu";
    await startBackend(other, loadBackend[other], { assets, software: true });
    const reference = await createEncoder(other, manifest, weights);
    const { persona, attention, repeat, spread } = await reference.run(session);
    const golden = { name: "five items", ...session, persona: [...persona], attention: [...attention], repeat: [...repeat], spread };
    await checkGolden(encoder, backend, { ...manifest, golden: [golden] });
    for (const wrong of [
      { persona: persona.map((value) => value + 0.01) },
      { spread: spread + 0.01 },
      { attention: [1] },
      { repeat: repeat.map((value) => value + 0.01) },
    ])
      await expect(checkGolden(encoder, backend, { ...manifest, golden: [{ ...golden, ...wrong } as typeof golden] })).rejects.toMatchObject({
        code: "persona/wrong",
        message: expect.stringContaining("five items"),
      });
    await encoder.dispose();
    await reference.dispose();
  });
});

it("encodes on two backends at once without mixing them", async () => {
  const [cpu, wasm] = await Promise.all([createEncoder("cpu", manifest, weights), createEncoder("wasm", manifest, weights)]);
  const session = tinySession(9);
  const alone = await cpu.run(session);
  const both = await Promise.all([cpu.run(session), wasm.run(session), cpu.run(session), wasm.run(session)]);
  for (const { persona } of both) persona.forEach((value, d) => void expect(value).toBeCloseTo(alone.persona[d], 4));
  await Promise.all([cpu.dispose(), wasm.dispose()]);
});
