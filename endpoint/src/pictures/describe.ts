import sharp from "sharp";

/** A thumbnail's side, pixels. */
const SIDE = 32;
/** Cells along a side, and directions of an edge, of the histogram of oriented gradients. */
const CELLS = 4;
const DIRECTIONS = 4;
const HUES = 12;
const GREYS = 4;
/** Quarters of the picture have a mean colour each. */
const QUARTERS = 4;
const SHAPE = 4;
/** Numbers of a descriptor: edges by cell and direction, hues, greys, mean colours, and four of the outline. */
export const PICTURE_DIMS = CELLS * CELLS * DIRECTIONS + HUES + GREYS + 3 * QUARTERS + SHAPE;

/** Larger pictures are not decoded: a few kilobytes can claim to be gigapixels. */
const MAX_PIXELS = 50_000_000;
/** Oklab distance from the background at which a pixel belongs to the product for certain. */
const APART = 0.12;
/** Chroma below which a colour is a grey. */
const GREY_CHROMA = 0.04;
/** With less of it in front, the picture is taken whole. */
const LEAST_FOREGROUND = 0.02;

/** sRGB bytes to Oklab (Ottosson 2020, https://bottosson.github.io/posts/oklab/): differences are as large as they look. */
function oklab(r: number, g: number, b: number): [L: number, a: number, b: number] {
  const linear = (byte: number) => (byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
  const [lr, lg, lb] = [linear(r), linear(g), linear(b)];
  const l = Math.cbrt(0.4122214708 * lr + 0.5363325363 * lg + 0.0514459929 * lb);
  const m = Math.cbrt(0.2119034982 * lr + 0.6806995451 * lg + 0.1073969566 * lb);
  const s = Math.cbrt(0.0883024619 * lr + 0.2817188376 * lg + 0.6299787005 * lb);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

/** How much of each pixel is product: opaque, and unlike the border's colour. [SIDE²] */
function foreground(colours: readonly (readonly number[])[], alpha: Float32Array): Float32Array {
  const border = colours.map((_, i) => i).filter((i) => alpha[i] > 0.5 && (i % SIDE === 0 || i % SIDE === SIDE - 1 || i < SIDE || i >= SIDE * (SIDE - 1)));
  // A transparent border needs no telling apart.
  if (border.length < 2 * SIDE) return alpha;
  const background = [0, 1, 2].map((k) => median(border.map((i) => colours[i][k])));
  const weights = alpha.map((opaque, i) => opaque * Math.min(1, Math.hypot(...colours[i].map((value, k) => value - background[k])) / APART));
  return weights.reduce((sum, weight) => sum + weight, 0) < LEAST_FOREGROUND * SIDE * SIDE ? alpha : weights;
}

/** Square roots of the parts of a whole, so that their distance is Hellinger's; a unit vector, or zeros. */
function rooted(parts: Float32Array): Float32Array {
  const total = parts.reduce((sum, value) => sum + value, 0);
  return total > 0 ? parts.map((value) => Math.sqrt(value / total)) : parts;
}

/** Edges of what is in front, by cell and direction (HOG: Dalal & Triggs, CVPR 2005). */
function edges(colours: readonly (readonly number[])[], front: Float32Array): Float32Array {
  const histogram = new Float32Array(CELLS * CELLS * DIRECTIONS);
  const at = (x: number, y: number) => Math.min(SIDE - 1, Math.max(0, y)) * SIDE + Math.min(SIDE - 1, Math.max(0, x));
  // Outline and what is drawn inside it alike.
  const outline = (x: number, y: number) => 0.5 * front[at(x, y)];
  const inside = (x: number, y: number) => front[at(x, y)] * colours[at(x, y)][0];
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++)
      for (const channel of [outline, inside]) {
        const [dx, dy] = [channel(x + 1, y) - channel(x - 1, y), channel(x, y + 1) - channel(x, y - 1)];
        const strength = Math.hypot(dx, dy);
        if (strength === 0) continue;
        // Its two nearest directions share it; an edge has no sign.
        const direction = ((Math.atan2(dy, dx) / Math.PI + 1) * DIRECTIONS) % DIRECTIONS;
        const low = Math.floor(direction) % DIRECTIONS;
        const cell = (Math.floor((y * CELLS) / SIDE) * CELLS + Math.floor((x * CELLS) / SIDE)) * DIRECTIONS;
        histogram[cell + low] += strength * (1 - (direction - Math.floor(direction)));
        histogram[cell + ((low + 1) % DIRECTIONS)] += strength * (direction - Math.floor(direction));
      }
  return rooted(histogram);
}

function colourShares(colours: readonly (readonly number[])[], front: Float32Array): Float32Array {
  const shares = new Float32Array(HUES + GREYS);
  colours.forEach(([L, a, b], i) => {
    const chroma = Math.hypot(a, b);
    const coloured = Math.min(1, chroma / GREY_CHROMA);
    const hue = ((Math.atan2(b, a) / Math.PI + 1) * HUES) / 2;
    const low = Math.floor(hue) % HUES;
    shares[low] += front[i] * coloured * (1 - (hue - Math.floor(hue)));
    shares[(low + 1) % HUES] += front[i] * coloured * (hue - Math.floor(hue));
    shares[HUES + Math.min(GREYS - 1, Math.floor(L * GREYS))] += front[i] * (1 - coloured);
  });
  return rooted(shares);
}

function meanColours(colours: readonly (readonly number[])[], front: Float32Array): Float32Array {
  const sums = new Float64Array(QUARTERS * 4);
  colours.forEach((colour, i) => {
    const quarter = 4 * ((i % SIDE < SIDE / 2 ? 0 : 1) + (i < (SIDE * SIDE) / 2 ? 0 : 2));
    for (let k = 0; k < 3; k++) sums[quarter + k] += front[i] * colour[k];
    sums[quarter + 3] += front[i];
  });
  // Chroma is a tenth of lightness in Oklab's scale.
  return Float32Array.from({ length: 3 * QUARTERS }, (_, i) => {
    const [quarter, k] = [4 * Math.floor(i / 3), i % 3];
    return (sums[quarter + k] / Math.max(1, sums[quarter + 3])) * (k === 0 ? 0.5 : 2);
  });
}

/** How much is in front, how wide for its height, and how far it spreads sideways and up. */
function outlineOf(front: Float32Array): Float32Array {
  const [mass, x, y, xx, yy] = front.reduce(
    (sums, weight, i) => {
      const [px, py] = [(i % SIDE) / SIDE, Math.floor(i / SIDE) / SIDE];
      return [sums[0] + weight, sums[1] + weight * px, sums[2] + weight * py, sums[3] + weight * px * px, sums[4] + weight * py * py];
    },
    [0, 0, 0, 0, 0],
  );
  const deviation = (first: number, second: number) => Math.sqrt(Math.max(0, second / mass - (first / mass) ** 2));
  const [wide, high] = mass > 0 ? [deviation(x, xx), deviation(y, yy)] : [0, 0];
  return Float32Array.of(mass / (SIDE * SIDE), 0.5 * Math.log((wide + 0.05) / (high + 0.05)), 2 * wide, 2 * high);
}

/**
 * What a picture looks like, in PICTURE_DIMS numbers: shape and colours of what stands in front of its background. The same picture in another
 * size gives nearly the same.
 * @param file any format that sharp reads: JPEG, PNG, WebP, AVIF, GIF (its first frame), SVG
 * @throws Error where the file is none of them, broken, or too large
 */
export async function describePicture(file: Uint8Array): Promise<Float32Array> {
  const transparent = { r: 0, g: 0, b: 0, alpha: 0 };
  const { data } = await sharp(file, { limitInputPixels: MAX_PIXELS, failOn: "error" })
    .toColourspace("srgb")
    .ensureAlpha()
    .resize(SIDE, SIDE, { fit: "contain", background: transparent })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const alpha = Float32Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i + 3] / 255);
  const colours = Array.from({ length: SIDE * SIDE }, (_, i) => oklab(data[4 * i], data[4 * i + 1], data[4 * i + 2]));
  const front = foreground(colours, alpha);
  const parts = [edges(colours, front), colourShares(colours, front), meanColours(colours, front), outlineOf(front)];
  const descriptor = new Float32Array(PICTURE_DIMS);
  let at = 0;
  for (const part of parts) {
    descriptor.set(part, at);
    at += part.length;
  }
  return descriptor;
}
