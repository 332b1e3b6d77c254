/** What assembly/scan.ts exports; pointers are byte offsets into its memory. */
export interface ScanModule {
  segment(rows: number, stride: number, scale: number, prior: number): void;
  ask(query: number, queryScale: number, priorWeight: number, mask: number): void;
  begin(keys: number, k: number, room: number, floor: number): void;
  scan(count: number): void;
  scanMasked(count: number): void;
  scanRelaxed(count: number, coarseQuery: number, coarseScale: number, error: number, topBit: number, total: number): void;
  scanSketch(sketch: number, count: number, columns: number, tables: number, mask: number, step: number): void;
  buildSketch(rows: number, from: number, to: number, stride: number, scale: number, bounds: number, out: number): void;
  sketched(sketch: number, row: number, columns: number, tables: number): number;
  rerank(keys: number, count: number): void;
  beginSketched(keys: number, room: number, k: number, margin: number, from: number): void;
  sketchLevel(): number;
  sketchedRows(): number;
  scoreRows(rows: number, count: number, out: number): void;
  finish(keys: number, outScores: number, outRows: number): number;
  longest(rows: number, count: number, stride: number, scale: number): number;
  relaxedTopBit(one: number): number;
}

export type Variant = "relaxed" | "simd";

/** i8x16.relaxed_swizzle in a module of one function (github.com/GoogleChromeLabs/wasm-feature-detect). */
const RELAXED = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11];

export const hasRelaxedSimd = (): boolean => WebAssembly.validate(Uint8Array.from(RELAXED));

const compiled = new Map<Variant, Promise<WebAssembly.Module>>();

/** Compiles a variant once per thread. Rejects where WebAssembly or its SIMD is missing, or a CSP lacks 'wasm-unsafe-eval'. */
function compile(variant: Variant): Promise<WebAssembly.Module> {
  let module = compiled.get(variant);
  if (!module) {
    module = (variant === "relaxed" ? import("./binary/relaxed.js") : import("./binary/simd.js")).then(({ BINARY }) =>
      WebAssembly.compile(Uint8Array.from(BINARY, (char) => char.charCodeAt(0))),
    );
    compiled.set(variant, module);
    // What failed on the way here may be there the next time.
    module.catch(() => compiled.delete(variant));
  }
  return module;
}

export async function instantiate(variant: Variant, memory: WebAssembly.Memory): Promise<ScanModule> {
  const instance = await WebAssembly.instantiate(await compile(variant), { env: { memory, abort() {} } });
  return instance.exports as unknown as ScanModule;
}
