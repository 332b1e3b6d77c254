const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * Adam for a table of which a step touches only some rows: the others cost nothing and don't move (lazy Adam). Moments are corrected by the
 * number of steps of the table, as in the dense form.
 */
export class RowAdam {
  private readonly first: Float32Array;
  private readonly second: Float32Array;
  private steps = 0;

  constructor(
    readonly table: Float32Array,
    readonly dims: number,
  ) {
    this.first = new Float32Array(table.length);
    this.second = new Float32Array(table.length);
  }

  /** `gradients` holds a row for each of `rows`, which are distinct. */
  step(rows: ArrayLike<number>, gradients: Float32Array, rate: number): void {
    const { table, first, second, dims } = this;
    this.steps++;
    const correction1 = 1 / (1 - BETA1 ** this.steps);
    const correction2 = 1 / (1 - BETA2 ** this.steps);
    for (let r = 0; r < rows.length; r++) {
      let at = rows[r] * dims;
      for (let g = r * dims; g < (r + 1) * dims; g++, at++) {
        const gradient = gradients[g];
        const m = first[at] + (1 - BETA1) * (gradient - first[at]);
        const v = second[at] + (1 - BETA2) * (gradient * gradient - second[at]);
        first[at] = m;
        second[at] = v;
        table[at] -= (rate * m * correction1) / (Math.sqrt(v * correction2) + EPSILON);
      }
    }
  }
}

/** AdamW over named arrays: decay on matrices only. */
export class AdamW {
  private readonly states = new Map<string, RowAdam>();

  constructor(private readonly weightDecay: number) {}

  step(name: string, { shape, data }: { shape: readonly number[]; data: Float32Array }, gradient: Float32Array, rate: number): void {
    let state = this.states.get(name);
    if (!state) {
      state = new RowAdam(data, data.length);
      this.states.set(name, state);
    }
    if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] -= rate * this.weightDecay * data[i];
    state.step([0], gradient, rate);
  }
}

/** Linear warm-up over the first 3 %, then a cosine down to 1 %. `progress`: 0 … 1. */
export function schedule(progress: number): number {
  const warm = 0.03;
  if (progress < warm) return Math.max(progress / warm, 0.01);
  return 0.01 + 0.99 * 0.5 * (1 + Math.cos((Math.PI * (progress - warm)) / (1 - warm)));
}
