import * as tf from "@tensorflow/tfjs-core";

/** [rows, columns] → [1, columns], as a product: tf.sum over the first axis turns the matrix, for which the wasm backend takes longer. */
export const sumOfRows = (matrix: tf.Tensor): tf.Tensor => tf.matMul(tf.ones([1, matrix.shape[0]]), matrix);

/** Sums `dy` over the axes along which an input of `shape` was broadcast. */
function reduceTo(dy: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const missing = dy.rank - shape.length;
  const axes = dy.shape.flatMap((size, axis) => (axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : []));
  const rows = axes.reduce((product, axis) => product * dy.shape[axis], 1);
  if (axes.length > 0 && axes.every((axis, i) => axis === i)) return tf.reshape(sumOfRows(tf.reshape(dy, [rows, dy.size / rows])), [...shape]);
  // Always a tensor of its own: tfjs disposes of gradients once they are added up.
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, [...shape]);
}

/** The shape of `x` with the reduced axes kept as 1. */
function kept(x: tf.Tensor, axis: unknown): number[] {
  const axes = tf.util.parseAxisParam(axis as number | number[], x.shape);
  return x.shape.map((size, at) => (axes.includes(at) ? 1 : size));
}

let registered = false;

/**
 * Gradients of the encoder's operations. tfjs-core's package for Node comes without any, and its own for these use kernels which wasm lacks
 * or makes slow.
 */
export function registerGradients(): void {
  if (registered) return;
  registered = true;
  const binary = (kernelName: string, gradFunc: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => [() => tf.Tensor, () => tf.Tensor]) =>
    tf.registerGradient({
      kernelName,
      inputsToSave: ["a", "b"],
      gradFunc: (dy, [a, b]) => {
        const [toA, toB] = gradFunc(dy as tf.Tensor, a, b);
        return { a: () => reduceTo(toA(), a.shape), b: () => reduceTo(toB(), b.shape) };
      },
    });
  binary("Add", (dy) => [() => dy, () => dy]);
  binary("Sub", (dy) => [() => dy, () => tf.neg(dy)]);
  binary("Multiply", (dy, a, b) => [() => tf.mul(dy, b), () => tf.mul(dy, a)]);
  binary("RealDiv", (dy, a, b) => [() => tf.div(dy, b), () => tf.neg(tf.div(tf.mul(dy, a), tf.square(b)))]);

  const unary = (kernelName: string, gradFunc: (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor) =>
    tf.registerGradient({ kernelName, inputsToSave: ["x"], gradFunc: (dy, [x]) => ({ x: () => gradFunc(dy as tf.Tensor, x) }) });
  unary("Square", (dy, x) => tf.mul(dy, tf.mul(x, 2)));
  unary("Log", (dy, x) => tf.div(dy, x));
  unary("Softplus", (dy, x) => tf.mul(dy, tf.sigmoid(x)));
  unary("Reshape", (dy, x) => tf.reshape(dy, x.shape));
  unary("Identity", (dy) => tf.clone(dy));

  const ofOutput = (kernelName: string, gradFunc: (dy: tf.Tensor, y: tf.Tensor) => tf.Tensor, input = "x") =>
    tf.registerGradient({ kernelName, outputsToSave: [true], gradFunc: (dy, [y]) => ({ [input]: () => gradFunc(dy as tf.Tensor, y) }) });
  ofOutput("Sigmoid", (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y))));
  ofOutput("Sqrt", (dy, y) => tf.div(dy, tf.mul(y, 2)));
  ofOutput("Rsqrt", (dy, y) => tf.mul(dy, tf.mul(tf.mul(tf.square(y), y), -0.5)));
  ofOutput("Softmax", (dy, y) => tf.mul(y, tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true))), "logits");

  const reduction = (kernelName: string, share: (x: tf.Tensor, shape: number[]) => number) =>
    tf.registerGradient({
      kernelName,
      inputsToSave: ["x"],
      gradFunc: (dy, [x], attributes) => ({
        x: () => {
          const shape = kept(x, (attributes as { axis?: unknown }).axis);
          return tf.mul(tf.reshape(dy as tf.Tensor, shape), tf.fill(x.shape, share(x, shape)));
        },
      }),
    });
  reduction("Sum", () => 1);
  reduction("Mean", (x, shape) => shape.reduce((product, size) => product * size, 1) / x.size);

  tf.registerGradient({
    kernelName: "Transpose",
    gradFunc: (dy, _, attributes) => {
      const { perm } = attributes as unknown as { perm: number[] };
      return {
        x: () =>
          tf.transpose(
            dy as tf.Tensor,
            Array.from(perm.keys()).sort((a, b) => perm[a] - perm[b]),
          ),
      };
    },
  });
}
